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

// The host's answers arrive on the console. There is one question at a time.
var (
	asking  sync.Mutex
	answers = bufio.NewReader(os.Stdin)
)

// question asks the host a question, and returns the answer.
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

// Pulses asks the host for its counts of pulses so far.
func Pulses(t *testing.T) protocol.Pulses {
	t.Helper()
	pulses, err := protocol.ParsePulses(question(t, protocol.AskPulses))
	if err != nil {
		t.Fatal(err)
	}
	return pulses
}

// Offset returns how far the host's clock, which the receiver uses, is ahead of the
// machine's clock, and the uncertainty: half of the shortest round trip of 20 questions.
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
