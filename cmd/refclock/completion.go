package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/spelling"
)

// completions are the shells, with the writer of their scripts.
var completions = map[string]func(io.Writer, []commandDoc){
	"bash": completeBash,
	"zsh":  completeZsh,
	"fish": completeFish,
}

// This is a function because it lists all commands, itself included.
func completionCommand() command {
	return command{
		name:     "completion",
		operands: "SHELL",
		summary:  "generate shell completions",
		text: `
The package installs it. Without the package:

    bash    source <(refclock completion bash), in ~/.bashrc
    zsh     refclock completion zsh >_refclock, in a directory of $fpath
    fish    refclock completion fish >~/.config/fish/completions/refclock.fish`,
		define: func(*flag.FlagSet) action {
			return func(_ context.Context, operands []string) error {
				if len(operands) == 1 {
					if write, ok := completions[operands[0]]; ok {
						write(stdout, documented())
						return nil
					}
				}
				near := ""
				if len(operands) > 0 {
					near = spelling.Suggestion(operands[0], slices.Sorted(maps.Keys(completions))...)
				}
				return usageError("expected one shell: bash, zsh or fish" + near)
			}
		},
	}
}

// Everything but commands and flags completes to a file: ports and pulses are in /dev.

func completeBash(w io.Writer, docs []commandDoc) {
	var names []string
	for _, c := range docs {
		names = append(names, c.name)
	}
	fmt.Fprintf(w, `# bash completion for refclock, made by: refclock completion bash
_refclock() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} commands='%s' switches takers
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "help $commands" -- "$word"))
		return
	fi
	case ${COMP_WORDS[1]} in
	help) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
	completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")) ;;
`, strings.Join(names, " "))
	for _, c := range docs {
		if c.name != "completion" {
			fmt.Fprintf(w, "\t%s) switches='%s' takers='%s' ;;\n", c.name, strings.TrimSpace("--help "+c.switches()), c.takers())
		}
	}
	io.WriteString(w, `	esac
	case " $takers " in *" $before "*) return ;; esac
	case $word in -*) COMPREPLY=($(compgen -W "$switches $takers" -- "$word")) ;; esac
}
complete -o default -F _refclock refclock
`)
}

func completeZsh(w io.Writer, docs []commandDoc) {
	io.WriteString(w, `#compdef refclock
# zsh completion for refclock, made by: refclock completion zsh
local -a commands=(
	'help:explain a command'
`)
	for _, c := range docs {
		fmt.Fprintf(w, "\t%s\n", quoted(c.name+":"+c.summary))
	}
	io.WriteString(w, `)
if ((CURRENT == 2)); then
	_describe command commands
	return
fi
local command=$words[2]
shift words
((CURRENT--))
case $command in
help) _describe command commands ;;
completion) _values shell bash zsh fish ;;
`)
	// Brackets and colons have a meaning in descriptions of zsh.
	plain := strings.NewReplacer("[", "(", "]", ")", ":", " -")
	for _, c := range docs {
		if c.name == "completion" {
			continue
		}
		fmt.Fprintf(w, "%s)\n\t_arguments '--help[explain it]' \\\n", c.name)
		for _, f := range c.flags {
			argument := fmt.Sprintf("--%s[%s]", f.name, plain.Replace(f.brief()))
			if f.value != "" {
				argument = fmt.Sprintf("*--%s=[%s]:%s:_files", f.name, plain.Replace(f.brief()), f.value)
			}
			fmt.Fprintf(w, "\t\t%s \\\n", quoted(argument))
		}
		io.WriteString(w, "\t\t'*:file:_files'\n\t;;\n")
	}
	io.WriteString(w, "esac\n")
}

func completeFish(w io.Writer, docs []commandDoc) {
	io.WriteString(w, `# fish completion for refclock, made by: refclock completion fish
complete -c refclock -n __fish_use_subcommand -f -a help -d 'explain a command'
complete -c refclock -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'
`)
	for _, c := range docs {
		fmt.Fprintf(w, "complete -c refclock -n __fish_use_subcommand -f -a %s -d %s\n", c.name, quoted(c.summary))
		for _, f := range c.flags {
			takes := ""
			if f.value != "" {
				takes = " -r"
			}
			fmt.Fprintf(w, "complete -c refclock -n '__fish_seen_subcommand_from %s' -l %s%s -d %s\n", c.name, f.name, takes, quoted(f.brief()))
		}
	}
}

// quoted returns a text as one word for any shell: within single quotes, only a single
// quote is special.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
