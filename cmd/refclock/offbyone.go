package main

var offbyoneCommand = clockCommand(command{
	name:    "offbyone",
	summary: "publish a demonstration clock that is exactly one second behind",
	text: `
Needs no hardware. It shows whether a time daemon reads the unit: ntpq then shows an
offset of -1000 ms, and chronyc sources +1000 ms, because chrony uses the opposite sign.
Use noselect in the daemon's configuration, or the machine's clock will be wrong by a
second too:

    chrony.conf    refclock SHM 2:perm=0666 refid DEMO noselect
                   refclock SOCK /run/chrony.demo.sock refid DEMO noselect
    ntp.conf       server 127.127.28.2 noselect
    NTPsec         refclock shm unit 2 noselect`,
})
