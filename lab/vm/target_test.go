package main

import (
	"slices"
	"strings"
	"testing"
)

// Each machine has the receiver on two ports, and hosted machines have the driven lines.
func TestArguments(t *testing.T) {
	for _, target := range targets {
		args := strings.Join(arguments(target, "/kernel", "/work", false), " ")
		for _, want := range []string{"chardev=usb", "id=uart", "console=" + target.console, "/kernel/vmlinuz", "/work/" + initramfs} {
			if !strings.Contains(args, want) {
				t.Errorf("%s: %s lacks %s", target.name, args, want)
			}
		}
		if hosted := strings.Contains(args, "-qtest") && strings.Contains(args, "-dtb"); hosted != target.hosted {
			t.Errorf("%s: hosted %v: %s", target.name, hosted, args)
		}
	}
}

func TestTargetNamed(t *testing.T) {
	for _, name := range names() {
		if target, err := targetNamed(name); err != nil || target.name != name {
			t.Errorf("%s: %v, %v", name, target.name, err)
		}
	}
	if _, err := targetNamed("riscv64"); err == nil || !slices.ContainsFunc(names(), func(n string) bool { return strings.Contains(err.Error(), n) }) {
		t.Errorf("an unknown machine: %v, want the known ones", err)
	}
}
