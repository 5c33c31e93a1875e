package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	// Control sequences of xterm: change to the alternate screen and back, and switch the
	// automatic margin, at which a long line continues below, off and on.
	alternateScreen = "\x1b[?1049h"
	ordinaryScreen  = "\x1b[?1049l"
	marginOff       = "\x1b[?7l"
	marginOn        = "\x1b[?7h"

	takeScreen    = alternateScreen + hideCursor + marginOff + eraseAll
	restoreScreen = plainText + marginOn + showCursor + ordinaryScreen

	// Colours of ECMA-48.
	red       = "\x1b[1;31m"
	green     = "\x1b[32m"
	yellow    = "\x1b[33m"
	plainText = "\x1b[0m"
)

// readKeys sets a terminal to pass on each key at once and not to show it. It returns the
// keys, and functions that restore the terminal and set it again. Ctrl-C and Ctrl-Z still send
// signals. Keys that end the program without its knowledge, or stop its output, are off: the
// screen would stay behind. A file that is not a terminal has no keys. The goroutine that
// reads ends with the program.
func readKeys(f *os.File) (keys <-chan byte, restore, set func()) {
	fd := int(f.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, func() {}, func() {}
	}
	now := *before
	now.Iflag &^= unix.IXON
	now.Lflag &^= unix.ICANON | unix.ECHO
	now.Cc[unix.VMIN], now.Cc[unix.VTIME] = 1, 0
	now.Cc[unix.VQUIT] = 0 // _POSIX_VDISABLE
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &now); err != nil {
		return nil, func() {}, func() {}
	}
	pressed := make(chan byte)
	go func() {
		var key [1]byte
		for {
			if n, err := f.Read(key[:]); err != nil || n == 0 {
				return
			}
			pressed <- key[0]
		}
	}()
	return pressed, func() { unix.IoctlSetTermios(fd, unix.TCSETS, before) }, func() { unix.IoctlSetTermios(fd, unix.TCSETS, &now) }
}

// A screenLine is a line of the screen. Its text is visible, and has no more characters than
// the screen has columns.
type screenLine struct{ text, colour string }

// drawScreen draws the lines from the top. It erases each line before its text: after a text
// that ends in the last column, the cursor is still on its last character.
func drawScreen(w io.Writer, lines []screenLine) error {
	var page strings.Builder
	page.WriteString(toTop)
	for i, l := range lines {
		erase := eraseLine
		if i == len(lines)-1 {
			erase = eraseBelow
		}
		if i > 0 {
			page.WriteString("\r\n")
		}
		page.WriteString(erase + l.String())
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// String returns the text in its colour.
func (l screenLine) String() string {
	if l.colour == "" {
		return l.text
	}
	return l.colour + l.text + plainText
}
