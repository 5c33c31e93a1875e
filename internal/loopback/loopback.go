// Package loopback brings up the loopback of a new network namespace or machine, in which tests
// run servers.
package loopback

import "golang.org/x/sys/unix"

// Up brings up the interface lo. It needs CAP_NET_ADMIN in the namespace.
func Up() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, lo)
}
