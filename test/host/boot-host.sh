# Makes an instance of the namespaces that it is in, below $RIG, and then runs what it reads: sourced by the first process of the namespaces.
set -eu
mkdir -p "$RIG/layers" "$RIG/dev" "$RIG/bin" "$RIG/sbin"
mount -t tmpfs tmpfs "$RIG/layers"
mkdir "$RIG/layers/etc" "$RIG/layers/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$RIG/layers/etc,workdir=$RIG/layers/work" /etc
for name in dnf aws systemctl curl journalctl; do ln -s "$STAND_IN" "$RIG/bin/$name"; done
ln -s /bin/true "$RIG/bin/sleep"
ln -s "$STAND_IN" "$RIG/sbin/haproxy"
mount -t overlay overlay -o "lowerdir=$RIG/sbin:/usr/sbin" /usr/sbin
mount -t tmpfs tmpfs /opt
mount -t tmpfs tmpfs /run
mkdir -p /opt/aws/bin /opt/aws/amazon-cloudwatch-agent/bin /run/proxy-fleet
ln -s "$STAND_IN" /opt/aws/bin/cfn-signal
ln -s "$STAND_IN" /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
mount --rbind /dev "$RIG/dev"
mount -t tmpfs tmpfs /dev
for device in null zero random urandom; do
  : >"/dev/$device"
  mount --bind "$RIG/dev/$device" "/dev/$device"
done
: >/dev/console
mount --bind "$RIG/console" /dev/console
ip link set lo up
ip address add "$ADDRESS/32" dev lo
PATH=$RIG/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
set +eu
echo made >"$RIG/made"
