package serialport

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// serialStruct describes a port. From linux/serial.h:
//
//	struct serial_struct {
//		int	type;
//		int	line;
//		unsigned int	port;
//		int	irq;
//		int	flags;
//		int	xmit_fifo_size;
//		int	custom_divisor;
//		int	baud_base;
//		unsigned short	close_delay;
//		char	io_type;
//		char	reserved_char[1];
//		int	hub6;
//		unsigned short	closing_wait;
//		unsigned short	closing_wait2;
//		unsigned char	*iomem_base;
//		unsigned short	iomem_reg_shift;
//		unsigned int	port_high;
//		unsigned long	iomap_base;
//	};
type serialStruct struct {
	kind, line    int32
	port          uint32
	irq           int32
	flags         int32
	xmitFIFOSize  int32
	customDivisor int32
	baudBase      int32
	closeDelay    uint16
	ioType        int8
	reservedChar  [1]int8
	hub6          int32
	closingWait   uint16
	closingWait2  uint16
	iomemBase     uintptr
	iomemRegShift uint16
	portHigh      uint32
	iomapBase     uintptr
}

// 72 bytes with pointers of 64 bits, 60 with pointers of 32.
var _ [48 + 3*unsafe.Sizeof(uintptr(0))]byte = [unsafe.Sizeof(serialStruct{})]byte{}

// From linux/tty_flags.h:
//
//	#define ASYNCB_LOW_LATENCY	13 /* Request low latency behaviour */
const asyncLowLatency = 1 << 13

// lowLatency makes the port deliver bytes at once, if its driver can. By default an FTDI
// USB adapter keeps them for up to 16 ms. It does not change pseudo-terminals and ports
// without this setting.
func lowLatency(fd int, control func(fd int, request uintptr, s *serialStruct) error) {
	var s serialStruct
	if control(fd, unix.TIOCGSERIAL, &s) != nil || s.flags&asyncLowLatency != 0 {
		return
	}
	s.flags |= asyncLowLatency
	_ = control(fd, unix.TIOCSSERIAL, &s) // without it, the port works as well
}

func serialControl(fd int, request uintptr, s *serialStruct) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(s)))
	if errno != 0 {
		return os.NewSyscallError("ioctl", errno)
	}
	return nil
}
