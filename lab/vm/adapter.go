package main

import (
	"errors"
	"time"
)

// An adapter is the USB serial port, which can be unplugged.
type adapter struct {
	*line
	monitor *monitor
}

// adapterID is its name in QEMU.
const adapterID = "adapter"

// unplug unplugs the adapter, and returns when it is gone.
func (a *adapter) unplug() error {
	// QEMU 7.2 sometimes crashes on a byte for an adapter that is being unplugged.
	a.setCut(true)
	if !patiently(func() bool { return a.queued() == 0 }) {
		return errors.New("the machine does not read the last bytes of the adapter")
	}
	time.Sleep(20 * time.Millisecond)
	if _, err := a.monitor.do("device_del", map[string]string{"id": adapterID}); err != nil {
		return err
	}
	gone := func() bool { // QEMU asks the machine first, which takes time
		_, err := a.monitor.do("qom-get", map[string]string{"path": "/machine/peripheral/" + adapterID, "property": "type"})
		return err != nil
	}
	if !patiently(gone) {
		return errors.New("the adapter is still there")
	}
	return nil
}

// plug plugs the adapter in, and returns before the machine's kernel has detected it.
func (a *adapter) plug() error {
	var err error
	back := func() bool { // QEMU releases the wire some time after the old adapter is gone
		_, err = a.monitor.do("device_add", map[string]string{"driver": "usb-serial", "id": adapterID, "chardev": "usb", "always-plugged": "on"})
		return err == nil
	}
	if !patiently(back) {
		return err
	}
	a.setCut(false)
	return nil
}

// patiently polls for up to 5 s until a condition is true.
func patiently(done func() bool) bool {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return false
}
