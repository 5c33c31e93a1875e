package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A run is one go test of some packages.
type run struct {
	name string
	env  []string
	args []string
}

// do runs the tests and reports the results. It does not use go test's cache, which does
// not know that some tests build and run a command.
func (u run) do(ctx context.Context, r *report) {
	r.begin(u.name)
	if ctx.Err() != nil {
		r.broke(context.Cause(ctx))
		return
	}
	fmt.Printf("\n== %s\n", u.name)
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-count=1"}, u.args...)...)
	asGroup(cmd)
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
	if err := cmd.Wait(); ctx.Err() != nil {
		r.broke(context.Cause(ctx))
	} else if err != nil {
		r.broke(err)
	}
}

// asGroup makes cancellation also end the processes that the command started, such as a
// virtual machine.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
}
