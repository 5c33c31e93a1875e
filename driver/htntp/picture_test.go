package htntp

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write docs/htntp.svg")

// The picture of docs/htntp.md shows a poll by this code. If the code changes, -update draws
// it again.
func TestPicture(t *testing.T) {
	const file = "../../docs/htntp.svg"
	if runtime.GOARCH != "amd64" {
		t.Skip("floating point differs in the last digit between processors: compared on amd64")
	}
	drawn := picture()
	if *update {
		if err := os.WriteFile(file, drawn, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(drawn, kept) {
		t.Errorf("%s does not show what the code does. Update it: go test ./driver/htntp -run Picture -update", file)
	}
}

const (
	pictureWidth     = 800
	axisFrom, axisTo = 120, 640
	top, row         = 96, 30
)

// across returns the place of an error on the axis: linear near 0, logarithmic further out.
func across(e time.Duration) float64 {
	const knee = float64(500 * time.Microsecond)
	reach := math.Asinh(1.3e9 / knee)
	return (axisFrom+axisTo)/2 + (axisTo-axisFrom)/2*math.Asinh(float64(e)/knee)/reach
}

// picture draws a poll of one server with a round trip of 20 ms.
func picture() []byte {
	var b bytes.Buffer
	requests := usualPlan.alone
	height := top + row*requests + 78
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="13">
<title>Ten requests to one web server</title>
<rect width="100%%" height="100%%" fill="#fff"/>
<text x="20" y="28" font-size="17">Uncertainty after each of ten requests to a web server 20 ms away</text>
<text x="20" y="52" fill="#555">Each request is timed so that the Date shows on which side of the estimate the true time is.</text>
<text x="20" y="%[3]d" fill="#555">request</text><text x="%[5]d" y="%[3]d" fill="#555" text-anchor="middle">error: the scale is logarithmic from 1 ms on</text><text x="%[4]d" y="%[3]d" fill="#555">&#177; (90 %%)</text>
`, pictureWidth, height, top-12, axisTo+20, (axisFrom+axisTo)/2)
	bottom := top + row*requests
	for _, tick := range []struct {
		at   time.Duration
		text string
	}{{-time.Second, "-1 s"}, {-100 * ms, "-100 ms"}, {-10 * ms, "-10 ms"}, {-ms, "-1 ms"}, {0, "true"}, {ms, "1 ms"}, {10 * ms, "10 ms"}, {100 * ms, "100 ms"}, {time.Second, "1 s"}} {
		fmt.Fprintf(&b, `<line x1="%.1[1]f" y1="%[2]d" x2="%.1[1]f" y2="%[3]d" stroke="#ddd"/><text x="%.1[1]f" y="%[4]d" fill="#555" font-size="11" text-anchor="middle">%[5]s</text>
`, across(tick.at), top-4, bottom+4, bottom+20, tick.text)
	}
	r := rand.New(rand.NewPCG(12, 1))
	server := alone(20*ms, ms)(r)[0]
	const truth, began = theta(1_800_000_000_266_000_000), int64(0)
	e := &evidence{}
	for i, now := 0, began; i < requests; i++ {
		at := now
		if i > 0 {
			at = e.aim(infer(prior{}, 0, e).estimate().Theta, now+int64(gap))
		}
		answer := server.ask(r, at, truth, i == 0)
		e.add(answer)
		now = answer.Got
		found := infer(prior{}, 0, e).estimate()
		y := top + row*i
		bar := func(low, high theta, height int, colour string) {
			x, to := across(time.Duration(low-truth)), across(time.Duration(high-truth))
			fmt.Fprintf(&b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>
`, x, y+(row-height)/2, to-x, height, colour)
		}
		bar(e.bounds.Low, e.bounds.High, 20, "#cfe0f3")
		bar(found.Low, found.High, 10, "#3b74b9")
		fmt.Fprintf(&b, `<circle cx="%.1[1]f" cy="%[2]d" r="4" fill="#000"/><text x="60" y="%[3]d" text-anchor="middle">%[4]d</text><text x="%[5]d" y="%[3]d">%.1[6]f ms</text>
`, across(time.Duration(found.Theta-truth)), y+row/2, y+row/2+5, i+1, axisTo+20, milliseconds(found.Half()))
	}
	// On top of the bars.
	fmt.Fprintf(&b, `<line x1="%.1[1]f" y1="%[2]d" x2="%.1[1]f" y2="%[3]d" stroke="#c33" stroke-width="2"/>
`, across(0), top-4, bottom+4)
	y := bottom + 50
	fmt.Fprintf(&b, `<rect x="20" y="%[1]d" width="24" height="20" fill="#cfe0f3"/><text x="52" y="%[2]d">proven: the true time is inside</text>
<rect x="300" y="%[3]d" width="24" height="10" fill="#3b74b9"/><text x="332" y="%[2]d">with 90 %% probability</text>
<circle cx="512" cy="%[4]d" r="4" fill="#000"/><text x="524" y="%[2]d">estimate</text>
</svg>
`, y-14, y+1, y-9, y-4)
	return b.Bytes()
}
