/**
 * The script for bash, 3.2 and later. bash cuts a word at `=`, `:` and `@` as well: the line says where there was a space,
 * and what is offered stands for what is behind the last cut.
 */
export const bashScript = `# Completion of kfp-ts in bash. In ~/.bashrc:  eval "$(kfp-ts completion bash)"
_kfp_ts() {
  local line=\${COMP_LINE-} words=() word space breaks='' cut='' reply value i
  if [[ -n $line ]]; then line=\${line:0:COMP_POINT}; else line="\${COMP_WORDS[*]}"; fi
  for ((i = 0; i <= COMP_CWORD; i++)); do
    space=\${line%%[![:space:]]*}
    line=\${line#"$space"}
    word=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$line; fi
    line=\${line#"$word"}
    if ((i > 1)) && [[ -z $space ]]; then
      words[\${#words[@]}-1]+=$word
    elif ((i > 0)); then
      words+=("$word")
    fi
  done
  word=\${words[\${#words[@]}-1]}
  for value in = : @; do
    if [[ $COMP_WORDBREAKS == *$value* ]]; then breaks+=$value; fi
  done
  if [[ -n $breaks ]]; then cut=\${word%"\${word##*[$breaks]}"}; fi
  COMPREPLY=()
  reply=$(kfp-ts __complete "\${words[@]}" 2>/dev/null) || return 0
  case \${reply%%$'\\n'*} in
    files | folders)
      i=f
      if [[ $reply == folders* ]]; then i=d; fi
      if [[ $word == --*=* ]]; then word=\${word#*=}; fi
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -$i -- "$word")
      ;;
    words)
      [[ $reply == *$'\\n'* ]] || return 0
      while IFS=$'\\t' read -r value _; do COMPREPLY+=("\${value#"$cut"}"); done <<<"\${reply#*$'\\n'}"
      ;;
  esac
}
complete -F _kfp_ts kfp-ts
`;
