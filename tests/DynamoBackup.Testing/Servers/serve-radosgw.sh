#!/usr/bin/env bash
# Runs a one-node Ceph cluster in memory with an S3 gateway on loopback: serve-radosgw.sh FOLDER GATEWAY_PORT MONITOR_PORT
# Prints "ready" and its daemons' process ids when the gateway answers. When its standard input closes, which happens also when whoever
# started it is killed, it ends all that it started and deletes the folder. Users: testkey/testsecret, who may do everything, and otherkey/othersecret, who owns nothing.
set -u
folder=$1 gateway_port=$2 monitor_port=$3
daemons=()

end_daemons() {
  trap '' TERM INT HUP
  for pid in "${daemons[@]}"; do kill -TERM "$pid" 2>/dev/null; done
  for _ in $(seq 20); do
    local alive=0
    for pid in "${daemons[@]}"; do kill -0 "$pid" 2>/dev/null && alive=1; done
    [ "$alive" -eq 0 ] && break
    sleep 0.1
  done
  for pid in "${daemons[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf -- "$folder"
}
trap end_daemons EXIT
trap 'exit 1' TERM INT HUP

fail() { echo "$1" >&2; tail -n 5 "$folder"/log/*.out >&2 2>/dev/null; exit 1; }

# The other end of our input is the only thing that keeps us: a reader of its own notices its end also while we start.
(cat >/dev/null; kill -TERM $$ 2>/dev/null) <&0 &
watchdog=$!

mkdir -p "$folder"/{mon,osd,run,log}
fsid=$(cat /proc/sys/kernel/random/uuid)
cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $fsid
mon initial members = a
mon host = v2:127.0.0.1:$monitor_port
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms crc data = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
run dir = $folder/run
admin socket = $folder/run/\$name.asok
log file = $folder/log/\$name.log
pid file = $folder/run/\$name.pid
crash dir = $folder/log
keyring = $folder/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 2
mon warn on insecure global id reclaim allowed = false
[mon]
mon data = $folder/mon
mon cluster log file = $folder/log/cluster.log
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
[osd]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd memory target = 939524096
osd heartbeat grace = 120
osd max object name len = 2048
osd max object namespace len = 256
osd check max object name len on startup = false
[client.rgw]
rgw data = $folder/run
rgw frontends = beast endpoint=127.0.0.1:$gateway_port tcp_nodelay=1
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
rgw thread pool size = 64
rgw enable apis = s3,admin
rgw run sync thread = false
rgw enable quota threads = false
rgw init timeout = 120
CONF

keyring=$folder/keyring conf=(-c "$folder/ceph.conf")
{
  ceph-authtool --create-keyring "$keyring" --gen-key -n mon. --cap mon 'allow *' &&
  ceph-authtool "$keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' &&
  ceph-authtool "$keyring" --gen-key -n client.rgw --cap mon 'allow *' --cap osd 'allow *' &&
  ceph-authtool "$keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' &&
  monmaptool --create --clobber --addv a "[v2:127.0.0.1:$monitor_port]" --fsid "$fsid" "$folder/monmap" &&
  ceph-mon "${conf[@]}" -i a --mkfs --monmap "$folder/monmap" --keyring "$keyring" --mon-data "$folder/mon"
} >"$folder/log/setup.out" 2>&1 </dev/null || fail "The monitor could not be set up."

ceph-mon "${conf[@]}" -i a -f >"$folder/log/mon.out" 2>&1 </dev/null &
monitor=$!
daemons+=("$monitor")
until timeout 10 ceph "${conf[@]}" -s >/dev/null 2>&1 </dev/null; do
  kill -0 "$monitor" 2>/dev/null || fail "The monitor ended; is port $monitor_port taken?"
  sleep 0.1
done

osd_id=$(cat /proc/sys/kernel/random/uuid)
{ ceph "${conf[@]}" osd new "$osd_id" &&
  ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd_id" &&
  ceph "${conf[@]}" osd crush add osd.0 1.0 root=default host=h; } >"$folder/log/osd-setup.out" 2>&1 </dev/null || fail "The object store could not be set up."
ceph-osd "${conf[@]}" -i 0 -f >"$folder/log/osd.out" 2>&1 </dev/null &
osd=$!
daemons+=("$osd")
until ceph "${conf[@]}" osd stat 2>/dev/null </dev/null | grep -q '1 up'; do
  kill -0 "$osd" 2>/dev/null || fail "The object store ended."
  sleep 0.1
done

admin() { radosgw-admin "${conf[@]}" -n client.rgw "$@" >>"$folder/log/admin.out" 2>&1 </dev/null; }
{ admin user create --uid=test --display-name=test --access-key=testkey --secret-key=testsecret &&
  admin user create --uid=other --display-name=other --access-key=otherkey --secret-key=othersecret &&
  admin zonegroup placement add --rgw-zonegroup default --placement-id default-placement --storage-class STANDARD_IA &&
  admin zone placement add --rgw-zone default --placement-id default-placement --storage-class STANDARD_IA --data-pool default.rgw.buckets.data; } ||
  fail "The gateway could not be set up."
radosgw "${conf[@]}" -n client.rgw -f >"$folder/log/gateway.out" 2>&1 </dev/null &
gateway=$!
daemons+=("$gateway")
until (exec 3<>"/dev/tcp/127.0.0.1/$gateway_port") 2>/dev/null; do
  kill -0 "$gateway" 2>/dev/null || fail "The gateway ended; is port $gateway_port taken?"
  sleep 0.05
done

echo "ready ${daemons[*]}"
wait "$watchdog"
