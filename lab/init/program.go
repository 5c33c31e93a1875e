package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Files that the host puts into the machine: see lab/vm/image.go.
const (
	program     = "/test/program"
	arguments   = "/test/arguments"   // one per line
	environment = "/test/environment" // name=value, one per line
)

func init() {
	// The setup functions and the program use the same environment.
	os.Setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
	os.Setenv("HOME", "/tmp")
	for _, line := range lines(environment) {
		name, value, _ := strings.Cut(line, "=")
		os.Setenv(name, value)
	}
}

// runProgram returns the exit code like a shell: 128 plus the signal, 127 if it cannot start
// the program.
func runProgram() int {
	cmd := exec.Command(program, lines(arguments)...)
	cmd.Dir = "/tmp"
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		if status := exit.Sys().(syscall.WaitStatus); status.Signaled() {
			return 128 + int(status.Signal())
		}
		return exit.ExitCode()
	case err != nil:
		say("run: %v", err)
		return 127
	}
	return 0
}

func lines(path string) []string {
	text, _ := os.ReadFile(path)
	if len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}
