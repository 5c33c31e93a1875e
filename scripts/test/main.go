// Command test runs all of the project's tests that this machine can run, and
// says plainly which it could not run and why:
//
//	go run ./scripts/test
//
// It wants only Go; with gcc, Debian's apt-get and a network it runs more. It
// fails if a test fails, or if something is left out that REFCLOCK_REQUIRE
// demands: a list of words, none of which may occur in what was left out, such
// as REFCLOCK_REQUIRE=interop,multilib,qemu.
package main

import (
	"fmt"
	"os"
)

func main() {
	var r report
	for _, run := range plan(&r) {
		run.do(&r)
	}
	r.print(os.Stdout)
	if err := r.verdict(os.Getenv("REFCLOCK_REQUIRE")); err != nil {
		fmt.Println("FAIL:", err)
		os.Exit(1)
	}
	fmt.Println("PASS")
}
