package main

import (
	"fmt"
	"slices"
	"strings"
)

// A target is a kind of machine.
type target struct {
	name    string
	qemu    []string // the emulator and its machine
	console string   // the kernel's name of the first serial port

	// tty is the receiver's port in the machine, port the arguments that add it.
	tty  string
	port []string

	// hosted machines have a device tree with pps-gpio and DCD on lines of a pl061,
	// which the host can drive.
	hosted bool
}

// The device tree has the port with DCD in slot 1 of the PCI bus: see lab/devicetree.
var pciPort = []string{"-device", "pci-serial,chardev=uart,addr=1"}

// x86 uses its second ISA port. Its emulation has no modem lines, and no GPIO chip that the
// host could drive.
var targets = []target{
	{
		name:    "arm64",
		qemu:    []string{"qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53"},
		console: "ttyAMA0", tty: "/dev/ttyS0", port: pciPort, hosted: true,
	},
	{
		name:    "armhf",
		qemu:    []string{"qemu-system-arm", "-M", "virt,highmem=off", "-cpu", "cortex-a15"},
		console: "ttyAMA0", tty: "/dev/ttyS0", port: pciPort, hosted: true,
	},
	{
		name:    "amd64",
		qemu:    []string{"qemu-system-x86_64", "-M", "pc", "-cpu", "max"},
		console: "ttyS0", tty: "/dev/ttyS1", port: []string{"-serial", "chardev:uart"},
	},
}

// usb is the name of the adapter in each machine.
const usb = "/dev/ttyUSB0"

func targetNamed(name string) (target, error) {
	i := slices.IndexFunc(targets, func(t target) bool { return t.name == name })
	if i < 0 {
		return target{}, fmt.Errorf("unknown machine %q: expected one of %s", name, strings.Join(names(), ", "))
	}
	return targets[i], nil
}

func names() (all []string) {
	for _, t := range targets {
		all = append(all, t.name)
	}
	return all
}
