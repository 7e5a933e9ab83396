import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URL;
import java.net.UnknownHostException;

/** Addresses of the first name; the first address of the second, and its page; and what becomes of a name that does not exist. */
public class Look {
    public static void main(String[] names) throws Exception {
        for (InetAddress address : InetAddress.getAllByName(names[0])) System.out.println(address.getHostAddress());
        // Kept by the machine in this order.
        System.out.println(InetAddress.getAllByName(names[1])[0].getHostAddress());
        try (BufferedReader page = new BufferedReader(new InputStreamReader(new URL("http://" + names[1] + "/").openStream()))) {
            System.out.println(page.readLine());
        } catch (ConnectException refused) {
            System.out.println("refused");
        }
        try {
            InetAddress.getByName(names[2]);
        } catch (UnknownHostException unknown) {
            System.out.println("unknown");
        }
    }
}
