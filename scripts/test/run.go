package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
)

// A run is one go test over some packages.
type run struct {
	name string
	env  []string
	args []string
}

// do runs it and reports what comes of it. Nothing is taken from the cache, which
// does not know that a test depends on a command that the test itself builds.
func (u run) do(r *report) {
	fmt.Printf("\n== %s\n", u.name)
	r.begin(u.name)
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1"}, u.args...)...)
	cmd.Env = append(os.Environ(), u.env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.broke(err)
		return
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		r.add(line, os.Stdout)
	}
	if err := cmd.Wait(); err != nil {
		r.broke(err)
	}
}
