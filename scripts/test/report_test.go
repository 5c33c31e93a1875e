package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The output of go test -json for a package with a test of each outcome.
const stream = `{"Action":"start","Package":"github.com/refclock/refclock/shm"}
{"Action":"run","Package":"github.com/refclock/refclock/shm","Test":"TestGood"}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"pass","Package":"github.com/refclock/refclock/shm","Test":"TestGood","Elapsed":0}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestBad","Output":"    shm_test.go:7: wrong\n"}
{"Action":"fail","Package":"github.com/refclock/refclock/shm","Test":"TestBad","Elapsed":0}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestC32","Output":"=== RUN   TestC32\n"}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestC32","Output":"    c_test.go:12: no multilib compiler,\n        see REFCLOCK_CC32\n"}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestC32","Output":"--- SKIP: TestC32 (0.00s)\n"}
{"Action":"skip","Package":"github.com/refclock/refclock/shm","Test":"TestC32","Elapsed":0}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Test":"TestHangs","Output":"panic: test timed out\n"}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Output":"FAIL\n"}
{"Action":"output","Package":"github.com/refclock/refclock/shm","Output":"FAIL\tgithub.com/refclock/refclock/shm\t0.005s\n"}
{"Action":"fail","Package":"github.com/refclock/refclock/shm","Elapsed":0.005}
no required module provides this package
`

func TestReport(t *testing.T) {
	var r report
	var shown, summary strings.Builder
	r.begin("386")
	for line := range strings.Lines(stream) {
		r.add([]byte(line), &shown)
	}
	r.print(&summary)

	const wantShown = "    shm_test.go:7: wrong\nFAIL\tshm\t0.005s\npanic: test timed out\nno required module provides this package\n"
	if shown.String() != wantShown {
		t.Errorf("shown:\n%s\nwant:\n%s", &shown, wantShown)
	}
	const wantSummary = `
== summary
386                                 1 passed, 1 failed, 1 skipped
Omitted:
  386: shm TestC32: no multilib compiler, see REFCLOCK_CC32
`
	if summary.String() != wantSummary {
		t.Errorf("summary:\n%s\nwant:\n%s", &summary, wantSummary)
	}
	if r.verdict("") == nil {
		t.Error("a failed test is not reported as a failure")
	}
}

func TestRunThatBreaks(t *testing.T) {
	var r report
	r.begin("386")
	if r.verdict("") == nil {
		t.Error("a run without a test is not reported as a failure")
	}
	r.current().passed++
	if err := r.verdict(""); err != nil {
		t.Errorf("before: %v", err)
	}
	r.broke(errors.New("exit status 1"))
	if r.verdict("") == nil {
		t.Error("a go test that failed without a failed test is not reported as a failure")
	}
}

func TestRequired(t *testing.T) {
	for _, c := range []struct {
		left     omission
		required string
		fails    bool
	}{
		{omission{"", "ARMv6 under qemu", "no apt-get"}, "", false},
		{omission{"", "ARMv6 under qemu", "no apt-get"}, "interop,qemu", true},
		{omission{"ARMv6 under qemu", "shm TestStatAll", "not emulated"}, "qemu", false},
		{omission{"386", "shm TestC32", "no multilib compiler"}, "interop, multilib", true},
		{omission{"amd64", "interop TestEdges", "no chronyd"}, "interop", true},
		{omission{"amd64", "interop TestEdges", "no chronyd"}, "multilib,qemu", false},
	} {
		r := report{left: []omission{c.left}}
		if err := r.verdict(c.required); (err != nil) != c.fails {
			t.Errorf("left out %v, required %q: %v", c.left, c.required, err)
		}
	}
}

// Tests that need the lab are one line on other machines, and a line each in the lab.
func TestWantsLab(t *testing.T) {
	left := []omission{
		{"386", "pps TestVMModem", "VM_TTY is not set: not a virtual machine with this device"},
		{"386", "pps TestVMLineHost", "VM_PPS_HOST is not set: not the lab's virtual machine, or it has no such device"},
		{"", "race detector", "no gcc"},
	}
	for _, c := range []struct {
		guest bool
		want  string
	}{
		{false, `
== summary
Omitted:
  race detector: no gcc
  386: 2 tests that need the devices of a virtual machine: run make lab
`},
		{true, `
== summary
Omitted:
  386: pps TestVMModem: VM_TTY is not set: not a virtual machine with this device
  386: pps TestVMLineHost: VM_PPS_HOST is not set: not the lab's virtual machine, or it has no such device
  race detector: no gcc
`},
	} {
		var summary strings.Builder
		r := report{guest: c.guest, left: left}
		if r.print(&summary); summary.String() != c.want {
			t.Errorf("in the lab %v:\n%s\nwant:\n%s", c.guest, &summary, c.want)
		}
	}
	r := report{guest: true, left: left}
	if r.verdict("VM_TTY") == nil {
		t.Error("a device that must be there was missed without a failure")
	}
	if err := r.verdict("VM_USB"); err != nil {
		t.Error(err)
	}
}

// The messages of the tests that need the lab are those that wantsLab recognizes.
func TestWantsLabKnowsTheMessages(t *testing.T) {
	message := regexp.MustCompile(`Skipf\("(%s is not set: .*?)"`)
	for _, path := range []string{"../../pps/vm_test.go", "../../lab/guest/guest.go"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := message.FindSubmatch(text)
		if found == nil || !(omission{why: string(found[1])}).wantsLab() {
			t.Errorf("%s: %q is not recognized", path, found)
		}
	}
}

// What is left out of a run does not mean that the run is missing.
func TestOmissionOfRun(t *testing.T) {
	var r report
	r.omit("arm64 under qemu", "driver", "takes minutes")
	if err := r.verdict("qemu"); err != nil {
		t.Error(err)
	}
	r.leftOut("arm64 under qemu", "no network")
	if r.verdict("qemu") == nil {
		t.Error("a run that must take place was omitted without a failure")
	}
}
