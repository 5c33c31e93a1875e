package receiver

import (
	"bytes"
	"encoding/hex"
	"os/exec"
	"strings"
	"testing"
)

// The frames match those in manuals and in other programs.
func TestFraming(t *testing.T) {
	for _, c := range []struct {
		got  []byte
		want string // text, or hexadecimal
	}{
		{formNMEA.frame("PUBX,41,1,0007,0003,19200,0"), "$PUBX,41,1,0007,0003,19200,0*25\r\n"},
		{formNMEA.frame("PMTK314,-1"), "$PMTK314,-1*04\r\n"},
		{formNMEA.frame("PGRMO,GPGSV,0"), "$PGRMO,GPGSV,0*22\r\n"},
		{formUBX.frame("\x06\x00\x01\x00\x00\x00\xD0\x08\x00\x00\x00\xC2\x01\x00\x07\x00\x03\x00\x00\x00\x00\x00"), "b5620600140001000000d008000000c201000700030000000000c07e"},
		{formUBX.frame("\x06\x01\xF0\x03\x00\x00\x00\x00\x00\x00"), "b56206010800f0030000000000000238"},
		{formUBX.frame(valset + "\x21\x00\x11\x20\x02"), "b562068a0900000100002100112002ee4b"},
		{formSkyTraq.frame("\x08\x00\x00\x00\x00\x01\x00\x00\x00"), "a0a10009080000000001000000090d0a"},
	} {
		got := string(c.got)
		if c.want[0] != '$' {
			got = hex.EncodeToString(c.got)
		}
		if got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// printf prints each byte unchanged, before a digit and before a letter.
func TestShell(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of processes: on an emulated processor, the fork of a program with threads may hang")
	}
	var all []byte
	for c := range 256 {
		all = append(all, byte(c), '7', byte(c), 'x')
	}
	messages := [][]byte{all, all[:1]}
	for _, f := range Families() {
		for _, c := range f.Commands(4800) {
			messages = append(messages, c.Send)
			if c.Back != nil {
				messages = append(messages, c.Back)
			}
		}
	}
	for _, shell := range []string{"sh", "bash", "dash", "zsh", "busybox"} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("no %s to test with", shell)
			continue
		}
		args := []string{"-c"}
		if shell == "busybox" {
			args = []string{"sh", "-c"}
		}
		for _, m := range messages {
			out, err := exec.Command(path, append(args, Shell(m))...).Output()
			if err != nil || !bytes.Equal(out, m) {
				i := 0
				for i < min(len(out), len(m)) && out[i] == m[i] {
					i++
				}
				t.Errorf("%s: %d bytes become %d, %v, and differ from byte %d on: %q", shell, len(m), len(out), err, i, m[max(i-2, 0):min(i+2, len(m))])
			}
		}
	}
	if line := Shell(sentence("PMTK251,9600")); line != `printf '$PMTK251,9600*17\r\n'` {
		t.Errorf("a sentence becomes %s", line)
	}
	if strings.Contains(Shell([]byte("%s")), "%") {
		t.Error("printf would treat % as a directive")
	}
}
