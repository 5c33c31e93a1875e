package serialport

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// A Port cannot write: what has one can change no receiver.
func TestPortCannotWrite(t *testing.T) {
	if _, ok := any(&Port{}).(io.Writer); ok {
		t.Error("a Port can write")
	}
}

func TestWritablePort(t *testing.T) {
	line, port := open(t)
	if err := port.Close(); err != nil {
		t.Fatal(err)
	}
	writable, err := OpenWritable(line.Name(), 9600)
	if err != nil {
		t.Fatal(err)
	}
	defer writable.Close()
	// More than the kernel's buffer holds, while the other end is read.
	want := bytes.Repeat([]byte("0123456789abcde\n"), 1<<13)
	got := make(chan []byte)
	go func() {
		data := make([]byte, len(want))
		_, err := io.ReadFull(line, data)
		if err != nil {
			t.Error(err)
		}
		got <- data
	}()
	if n, err := writable.Write(want); n != len(want) || err != nil {
		t.Errorf("wrote %d of %d bytes: %v", n, len(want), err)
	}
	if !bytes.Equal(<-got, want) {
		t.Error("other bytes arrived")
	}
	line.Close()
	if _, err := writable.Write(want); !errors.Is(err, io.EOF) {
		t.Errorf("unplugged: %v, want io.EOF", err)
	}
}
