// The same as client.py for Java, whose own resolver reads the answers: java Client.java kept PORT ANSWERS END, with the property
// jdk.net.hosts.file for the answers in the form of /etc/hosts. The JVM keeps them for a second.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

public class Client {
  public static void main(String[] args) throws Exception {
    java.security.Security.setProperty("networkaddress.cache.ttl", "1");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    URI uri = URI.create("http://fleet.test:" + args[1] + "/");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    int count = 0;
    while (!Files.exists(Path.of(args[3]))) {
      count++;
      try {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) System.out.println("failure " + status);
      } catch (Exception error) {
        System.out.println("failure " + error);
      }
      Thread.sleep(10);
    }
    System.out.println("requests " + count);
  }
}
