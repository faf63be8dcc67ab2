/** The script for fish. */
export const fishScript = `# Completion of kfp-ts in fish:  kfp-ts completion fish > ~/.config/fish/completions/kfp-ts.fish
function __kfp_ts_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (kfp-ts __complete $words[2..-1] "$current" 2>/dev/null)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$lines[1]"
        case files
            for line in (__fish_complete_path "$path")
                echo "$option$line"
            end
        case folders
            for line in (__fish_complete_directories "$path" '')
                echo "$option$line"
            end
        case words
            for line in $lines[2..-1]
                echo "$line"
            end
    end
end
complete -c kfp-ts -f -a '(__kfp_ts_complete)'
`;
