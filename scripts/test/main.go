// Command test runs all of the project's tests that this machine can run, and
// reports the others with the reason:
//
//	go run ./scripts/test
//
// It needs only Go. With gcc, Debian's apt-get and a network, it runs more tests. It
// fails if a test fails, or if an omitted test contains a word of REFCLOCK_REQUIRE,
// such as REFCLOCK_REQUIRE=interop,multilib,qemu.
//
// With the name of a virtual machine of the lab, it runs the tests that need its
// devices there:
//
//	go run ./scripts/test arm64
//
// It fails if a test is skipped for a device that the machine has.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	if err := test(os.Args[1:]); err != nil {
		fmt.Println("FAIL:", err)
		os.Exit(1)
	}
	fmt.Println("PASS")
}

func test(args []string) error {
	var r report
	required := os.Getenv("REFCLOCK_REQUIRE")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var runs []run
	switch len(args) {
	case 0:
		runs = plan(&r)
	case 1:
		g, err := guestNamed(args[0])
		if err != nil {
			return err
		}
		var cancel context.CancelFunc
		ctx, cancel = g.withinLimit(ctx)
		defer cancel()
		if runs, err = g.plan(ctx, &r); err != nil {
			return err
		}
		r.guest, required = true, strings.Join(g.require, ",")
	default:
		return fmt.Errorf("expected the name of one virtual machine or none, found %s", strings.Join(args, " "))
	}
	for _, run := range runs {
		run.do(ctx, &r)
	}
	r.print(os.Stdout)
	return r.verdict(required)
}
