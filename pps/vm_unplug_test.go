//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Devices are removed during Next. These tests need, in addition to those of vm_test.go:
//
//	VM_MODULES  folder of kernel modules, vmpps.ko among them, which makes VM_PPS_SIM
//	VM_USB      a serial port that the host unplugs and plugs in again when it reads
//	            a line "@@HOST unplug" or "@@HOST plug"

// vmRemoved checks that Next returns ErrGone when its device is removed.
func vmRemoved(t *testing.T, s Source, take func(t *testing.T)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	said := make(chan error, 1)
	go func() {
		for {
			if _, err := s.Next(ctx); err != nil {
				said <- err
				return
			}
		}
	}()
	time.Sleep(50 * time.Millisecond) // it usually waits by then; the result must be the same
	take(t)
	start := time.Now()
	select {
	case err := <-said:
		t.Logf("%v after %v", err, time.Since(start))
		if !errors.Is(err, ErrGone) {
			t.Errorf("%v: %v, want ErrGone", s, err)
		}
		if _, err := s.Next(ctx); !errors.Is(err, ErrGone) {
			t.Errorf("%v, second call: %v, want ErrGone", s, err)
		}
	case <-time.After(patience):
		t.Errorf("%v: Next has not returned in %v", s, patience)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close %v: %v", s, err)
	}
}

// The same as `dtoverlay -r pps-gpio`. A new device of the same name is a different one.
func TestVMUnplugDeviceUnbound(t *testing.T) {
	const driver, device = "/sys/bus/platform/drivers/pps-gpio", "pps-gpio"
	path := need(t, "VM_PPS_SIM")
	bind := func(t *testing.T, how string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(driver, how), []byte(device), 0); err != nil {
			t.Fatal(err)
		}
	}
	vmRemoved(t, open(t, path), func(t *testing.T) { bind(t, "unbind") })
	bind(t, "bind")
	vmRemoved(t, open(t, path), func(t *testing.T) {
		bind(t, "unbind")
		bind(t, "bind")
	})
	vmPulls(t, path)
}

func TestVMUnplugDeviceModule(t *testing.T) {
	path := need(t, "VM_PPS_SIM")
	need(t, "VM_MODULES")
	vmRemoved(t, open(t, path), func(t *testing.T) {
		if err := unix.DeleteModule("vmpps", unix.O_NONBLOCK); err != nil {
			t.Fatal(err)
		}
	})
	insert(t, "vmpps.ko", "chip=vmgpio line=4")
	vmPulls(t, path)
}

// insert loads a kernel module.
func insert(t *testing.T, name, parameters string) {
	t.Helper()
	module, err := os.Open(filepath.Join(need(t, "VM_MODULES"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer module.Close()
	if err := unix.FinitModule(int(module.Fd()), parameters, 0); err != nil {
		t.Fatal(err)
	}
}

// vmPulls checks that a device that is back has edges.
func vmPulls(t *testing.T, path string) {
	t.Helper()
	d := open(t, path)
	pull(t, 4, true)
	next(t, d)
	pull(t, 4, false)
}

func TestVMUnplugChip(t *testing.T) {
	need(t, "VM_GPIO_SYSFS")
	chip := filepath.Join("/sys/kernel/config/gpio-sim", "vmgone")
	bank := filepath.Join(chip, "bank0")
	live := func(t *testing.T, yes string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(chip, "live"), []byte(yes), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(chip, 0o755), os.Mkdir(bank, 0o755), os.WriteFile(filepath.Join(bank, "label"), []byte("vmgone"), 0)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(bank); os.Remove(chip) })
	live(t, "1")
	vmRemoved(t, open(t, "gpio:vmgone:0"), func(t *testing.T) { live(t, "0") })
}

func TestVMUnplugModem(t *testing.T) {
	port := need(t, "VM_USB")
	vmRemoved(t, open(t, "dcd:"+port), func(*testing.T) { fmt.Println("@@HOST unplug") })
	fmt.Println("@@HOST plug")
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		m, err := Open("dcd:" + port)
		if err == nil {
			m.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("plugged in again: %v", err)
		}
	}
}
