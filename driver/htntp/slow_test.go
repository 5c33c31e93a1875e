package htntp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

// The nearest server answers promptly at first, so that it becomes the beacon, and later not.
// The others are good, and carry the poll: the first and each later one.
func TestSlowingBeacon(t *testing.T) {
	for _, prompt := range []int{0, 1, 3, 5, 8, 12} {
		for _, n := range []int{3, 5} {
			for seed := range uint64(8) {
				bubble(t, func(t *testing.T) {
					web := simweb.Web{}
					var names []string
					for i := range n {
						s := good()
						if i == 0 {
							s.Out, s.Back, s.Fault = 2*ms, 2*ms, simweb.Slowing(prompt, seed)
						}
						name := fmt.Sprintf("%c.example", 'a'+i)
						web[name+":80"], names = s, append(names, "http://"+name)
					}
					e := engine(t, web, names...)
					for range 4 {
						began := time.Now()
						v, err := e.Ask(t.Context())
						near(t, v, err, behind, v.Half)
						if took := time.Since(began); v.Half > 50*ms || took > 20*time.Second {
							t.Errorf("+- %v after %v, want at most 50 ms and 20 s", v.Half, took)
						}
						time.Sleep(5 * time.Minute)
					}
					time.Sleep(time.Minute)
				})
			}
		}
	}
}

// A server that was the beacon in vain is not the first one of the next poll, even if that
// poll found nothing at all.
func TestUnluckyBeaconIsNotRepeated(t *testing.T) {
	bubble(t, func(t *testing.T) {
		slow, dead := good(), good()
		slow.Out, slow.Back, slow.Fault = 2*ms, 2*ms, simweb.Slowing(1, 1)
		slow.Offset -= 300 * ms
		dead.Fault = simweb.Stall
		web := simweb.Web{"a.example:80": slow, "b.example:80": good(), "c.example:80": dead}
		e := engine(t, web, "http://a.example", "http://b.example", "http://c.example")
		if v, err := e.Ask(t.Context()); err == nil || slow.Requests() < usualPlan.search {
			t.Fatalf("%v after %d requests: want the slow server as the beacon, and no majority", v, slow.Requests())
		}
		if !e.servers[0].unlucky || e.servers[1].unlucky {
			t.Error("the next poll does not know which server was the beacon in vain")
		}
		survey := newSurvey(usualPlan, prior{}, []*candidate{
			{evidence: evidence{minTrip: 4e6}, trusted: true, unlucky: true}, {evidence: evidence{minTrip: 20e6}}, {evidence: evidence{minTrip: 30e6}},
		})
		if got := survey.nearest(); got != survey.servers[1] {
			t.Errorf("the next beacon is %+v, want the nearest other one", got)
		}
		time.Sleep(time.Minute)
	})
}

// An HTTP proxy that closes each connection, and connects anew for each request. The time is
// published, and its interval allows for the round trip of connecting.
func TestProxyThatCloses(t *testing.T) {
	for _, trip := range []time.Duration{2 * ms, 20 * ms, 80 * ms, 200 * ms} {
		bubble(t, func(t *testing.T) {
			web := simweb.Web{}
			for i := range 3 {
				web[fmt.Sprintf("%c.example:80", 'a'+i)] = &simweb.Server{Offset: behind, Out: trip / 2, Back: trip / 2, Jitter: ms / 2}
			}
			e := engine(t, simweb.Web{"proxy.example:3128": &simweb.Proxy{Web: web, Close: true}}, "http://a.example", "http://b.example", "http://c.example")
			e.config.Proxy = &Proxy{Address: "proxy.example:3128"}
			for _, s := range e.servers {
				s.dialer.proxy = e.config.Proxy
			}
			for range 3 {
				v, err := e.Ask(t.Context())
				near(t, v, err, behind, v.Half)
				if v.Servers[0].Trip < 2*trip {
					t.Errorf("trip %v: reported as %v", trip, v.Servers[0].Trip)
				}
				if !strings.Contains(strings.Join(v.Notes, "\n"), "closes the connection") {
					t.Errorf("notes %q", v.Notes)
				}
				time.Sleep(5 * time.Minute)
			}
		})
	}
}
