package nmea_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/refclock/refclock/nmea"
)

// Read a capture. To read a receiver, open its port, such as os.Open("/dev/ttyACM0"),
// and give the baud rate and the program's build date:
//
//	nmea.Read(port, &nmea.ReadOptions{Baud: 9600, BuildDate: nmea.Date{Year: 2026, Month: 5, Day: 15}})
func Example() {
	capture := strings.NewReader("$GPRMC,175959.000,A,3613.9957,N,11517.1204,W,0.02,0.00,150414,,,A*7C\r\n" +
		"$GPGGA,180000.000,3613.9957,N,11517.1204,W,0,00,,,,,,,*59\r\n" +
		"$GPRMC,180000.000,V,3613.9957,N,11517.1204,W,0.02,0.00,150414,,,N*6B\r\n")
	for epoch, err := range nmea.Read(capture, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(epoch.UTC, epoch.Why)
	}
	// Output:
	// 2014-04-15T17:59:59.000Z valid
	// 2014-04-15T18:00:00.000Z no fix
}
