// The same as client.py for Go: client new|kept PORT ANSWERS END
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	kind, port, answers, end := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	var known []string
	var at time.Time
	dialer := net.Dialer{Timeout: 5 * time.Second}
	transport := &http.Transport{
		DisableKeepAlives: kind == "new",
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			if time.Since(at) > 500*time.Millisecond {
				text, _ := os.ReadFile(answers)
				known, at = strings.Fields(string(text)), time.Now()
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort(known[rand.Intn(len(known))], port))
		},
	}
	client := http.Client{Transport: transport, Timeout: 5 * time.Second}
	count := 0
	for {
		if _, err := os.Stat(end); err == nil {
			break
		}
		count++
		answer, err := client.Get("http://fleet.test:" + port + "/")
		if err != nil {
			fmt.Println("failure", err)
		} else {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode != 200 {
				fmt.Println("failure", answer.StatusCode)
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("requests", count)
}
