package guest

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// The host's answers come in at the console. One question is asked at a time.
var (
	asking  sync.Mutex
	answers = bufio.NewReader(os.Stdin)
)

// question asks the host to be told something.
func question(t *testing.T, what string) string {
	t.Helper()
	asking.Lock()
	defer asking.Unlock()
	Ask("%s", what)
	for {
		line, err := answers.ReadString('\n')
		if text, ok := protocol.ParseAnswer(strings.TrimSpace(line)); ok {
			return text
		}
		if err != nil {
			t.Fatalf("the host does not answer %q: %v", what, err)
		}
	}
}

// Pulses asks the host what it has made of its pulses so far.
func Pulses(t *testing.T) protocol.Pulses {
	t.Helper()
	pulses, err := protocol.ParsePulses(question(t, protocol.AskPulses))
	if err != nil {
		t.Fatal(err)
	}
	return pulses
}

// Offset is how much the host's clock, by which the receiver goes, is ahead of the
// machine's, to within some: what is not known of the way of the question. The way
// there and the way back may take different times, together as long as the quickest of some questions.
func Offset(t *testing.T) (offset, within time.Duration) {
	t.Helper()
	within = time.Hour
	for range 20 {
		asked := time.Now()
		host, err := strconv.ParseInt(question(t, protocol.AskTime), 10, 64)
		half := time.Since(asked) / 2
		if err != nil {
			t.Fatal(err)
		}
		if half < within {
			offset, within = time.Unix(0, host).Sub(asked.Add(half)), half
		}
	}
	return offset, within
}
