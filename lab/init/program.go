package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// What the host has put into the machine: see lab/vm/image.go.
const (
	program     = "/test/program"
	arguments   = "/test/arguments"   // one a line
	environment = "/test/environment" // name=value, one a line
)

func init() {
	// The modules' setters and the program look into the same environment.
	os.Setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
	os.Setenv("HOME", "/tmp")
	for _, line := range lines(environment) {
		name, value, _ := strings.Cut(line, "=")
		os.Setenv(name, value)
	}
}

// runProgram gives the exit code as a shell does: 128 and the signal, 127 where it cannot be started.
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
