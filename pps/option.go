package pps

// An Option changes how a source is opened. Sources to which it does not apply ignore it.
type Option func(*options)

type options struct {
	ktimer    bool
	activeLow bool
	bias      Bias
	polling   bool
	thread    func() (leave func()) // see WithThread
}

func collect(list []Option) options {
	var o options
	for _, option := range list {
		option(&o)
	}
	return o
}

// WithKtimer permits a /dev/ppsN that is the kernel's own timer. It is for tests only: its
// pulse is unrelated to the second.
func WithKtimer() Option { return func(o *options) { o.ktimer = true } }

// WithActiveLow makes the electrical fall of a GPIO line, or of a network card's pin, its rising
// edge. The default is active high.
func WithActiveLow() Option { return func(o *options) { o.activeLow = true } }

// WithPolling polls a modem line. It is for ports that claim to report changes but do not.
// If a port does not claim to, [OpenModem] polls without it.
func WithPolling() Option { return func(o *options) { o.polling = true } }

// WithThread is for programs that give the threads a priority of their own which wait for
// edges, as EnterFIFO does. By default, Next waits in the poller of the Go runtime: other
// threads wait there, and wake the goroutine.
//
// A Device and a Line then block the thread of the goroutine that calls Next, which should
// have called enter itself. Network cards and modem lines whose port reports changes have
// goroutines of their own, which call enter when they begin, and leave when they end. Modem
// lines that are polled ignore it. A thread that blocks costs more processor time than a
// goroutine that waits in the poller.
func WithThread(enter func() (leave func())) Option { return func(o *options) { o.thread = enter } }

// WithBias sets the pull resistor of a GPIO line. The default is BiasAsIs.
func WithBias(b Bias) Option { return func(o *options) { o.bias = b } }

// A Bias is the pull resistor of a GPIO line. Opening the line fails if the chip does not
// support it.
type Bias int

const (
	BiasAsIs     Bias = iota // as set by the chip, its overlay or the last user
	BiasDisabled             // no pull resistor
	BiasPullUp
	BiasPullDown
)
