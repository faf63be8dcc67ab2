/** The script for zsh, which can be sourced and can lie in a folder of `fpath`. */
export const zshScript = `#compdef kfp-ts
# Completion of kfp-ts in zsh. In ~/.zshrc, behind compinit:  eval "$(kfp-ts completion zsh)"
_kfp-ts() {
  local -a lines offered
  local line
  lines=("\${(@f)$(kfp-ts __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  case \${lines[1]} in
    files)
      if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
      _files
      ;;
    folders)
      if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
      _files -/
      ;;
    words)
      for line in "\${(@)lines[2,-1]}"; do
        offered+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe 'kfp-ts' offered
      ;;
  esac
}
if [[ \${funcstack[1]-} == _kfp-ts ]]; then
  _kfp-ts "$@"
else
  compdef _kfp-ts kfp-ts
fi
`;
