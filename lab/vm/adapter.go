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

// adapterID is QEMU's name of it.
const adapterID = "adapter"

// unplug returns when the adapter is gone.
func (a *adapter) unplug() error {
	// QEMU 7.2 now and then crashes over a byte for an adapter that is going away.
	a.setCut(true)
	if !patiently(func() bool { return a.queued() == 0 }) {
		return errors.New("the machine does not take the last bytes of the adapter")
	}
	time.Sleep(20 * time.Millisecond)
	if _, err := a.monitor.do("device_del", map[string]string{"id": adapterID}); err != nil {
		return err
	}
	gone := func() bool { // the machine is asked first, so that it takes a while
		_, err := a.monitor.do("qom-get", map[string]string{"path": "/machine/peripheral/" + adapterID, "property": "type"})
		return err != nil
	}
	if !patiently(gone) {
		return errors.New("the adapter is still there")
	}
	return nil
}

// plug returns when the adapter is back; the machine's kernel has yet to see it.
func (a *adapter) plug() error {
	var err error
	back := func() bool { // QEMU lets go of the wire some time after the old adapter is gone
		_, err = a.monitor.do("device_add", map[string]string{"driver": "usb-serial", "id": adapterID, "chardev": "usb", "always-plugged": "on"})
		return err == nil
	}
	if !patiently(back) {
		return err
	}
	a.setCut(false)
	return nil
}

// patiently asks until something is so, but not for ever.
func patiently(so func() bool) bool {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return false
}
