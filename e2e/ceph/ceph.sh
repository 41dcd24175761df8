#!/usr/bin/env bash
# A single-node Ceph (mon + osd + radosgw) on loopback: a real S3 server, independent of this project.
#
#   ceph.sh STATE_DIR RGW_PORT MON_V2_PORT MON_V1_PORT [memstore|bluestore]
#
# Debian, as root, without systemd or containers; what is missing is installed from Debian's packages. Objects are
# kept in memory, or with bluestore on disk. Prints READY when it answers, stays in the foreground, and stops everything
# when its standard input ends: so it also goes away when the process that started it dies. The line "restart-gateway"
# on its standard input kills radosgw as a crash would and starts it again; RESTARTED is printed when it answers.
set -euo pipefail
BASE=$1 PORT=$2 MON2=$3 MON1=$4 STORE=${5:-memstore}
ACCESS_KEY=bucketdropaccess SECRET_KEY=bucketdropsecretbucketdropsecret
STORE_BYTES=$((4 * 1024 * 1024 * 1024))
# a user who may do nothing but what a bucket's policy allows
GUEST_ACCESS_KEY=bucketdropguest GUEST_SECRET_KEY=bucketdropguestsecretbucketdrop
CONF=$BASE/ceph.conf

say() { echo "[ceph] $*" >&2; }
die() { echo "UNAVAILABLE $*"; exit 3; }

install() {
  local binary missing=0
  for binary in ceph-mon ceph-osd radosgw radosgw-admin ceph; do command -v $binary >/dev/null || missing=1; done
  [ $missing = 0 ] && return
  command -v apt-get >/dev/null || die 'radosgw is not installed, and this is not a Debian'
  [ "$(id -u)" = 0 ] || die 'radosgw is not installed, and only root can install it'
  say "installing Debian's packages"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 update -qq >&2 &&
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends \
      radosgw ceph-mon ceph-osd ceph-common >&2 || die "Debian's packages of Ceph could not be installed"
}

write_conf() {
  mkdir -p "$BASE"/{mon,osd,rgw,run,log}
  cat >"$CONF" <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_initial_members = a
mon_host = [v2:127.0.0.1:$MON2,v1:127.0.0.1:$MON1]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
public_network = 127.0.0.0/8
cluster_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# radosgw's default towards the mon is 'secure', which auth none cannot do: it would loop with -13
ms_mon_client_mode = crc
ms_mon_service_mode = crc
ms_mon_cluster_mode = crc
run_dir = $BASE/run
admin_socket = $BASE/run/\$name.asok
log_file = $BASE/log/\$name.log
log_to_stderr = false
err_to_stderr = true
mon_cluster_log_file = $BASE/log/cluster.log
crash_dir = $BASE/run
keyring = $BASE/keyring
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
mon_data_avail_crit = 1
mon_data_avail_warn = 1
mon_warn_on_pool_no_redundancy = false
auth_allow_insecure_global_id_reclaim = false
[mon]
mon_data = $BASE/mon/a
# the default waits 1 s before each map change, and radosgw makes about eight pools one after the other
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
[osd]
osd_data = $BASE/osd/0
osd_objectstore = $STORE
osd_max_object_name_len = 1024
osd_class_load_list = *
osd_class_default_list = *
osd_memory_target = 1073741824
memstore_device_bytes = $STORE_BYTES
memstore_page_set = false
bluestore_block_size = $STORE_BYTES
bluestore_block_create = true
bluestore_block_db_path =
bluestore_block_wal_path =
bluestore_fsck_on_mount = false
bdev_enable_discard = false
[client]
rgw_data = $BASE/rgw
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$PORT
# the Host names that are served path-style, beside every IP address
rgw_dns_name = localhost
rgw_enable_usage_log = false
rgw_run_sync_thread = false
rgw_enable_apis = s3, s3website, admin
rgw_lc_debug_interval = -1
# A gateway that dies while it completes an upload leaves a lock on it: ten minutes by default.
rgw_mp_lock_max_time = 10
rgw_s3_auth_use_sts = false
C
}

PIDS=()
start() { # log name, command...
  local name=$1
  shift
  # its own session: Ctrl-C in the terminal reaches only this script, which stops them in the right order
  setsid "$@" >"$BASE/log/$name.out" 2>&1 </dev/null &
  PIDS+=($!)
}

stop() {
  trap - EXIT INT TERM HUP
  local i pid
  for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do
    pid=${PIDS[$i]}
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "$BASE"
}

ceph_() { timeout 20 ceph -c "$CONF" --connect-timeout 10 "$@"; }
wait_for() { # seconds, what, command...
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    ((SECONDS < deadline)) || {
      tail -n 20 "$BASE"/log/*.out >&2
      die "$what did not start"
    }
    sleep 0.2
  done
}
mon_answers() { ceph_ mon stat >/dev/null 2>&1; }
osd_is_up() { ceph_ osd stat 2>/dev/null | grep -q '1 up'; }
rgw_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

install
trap 'stop; exit 1' INT TERM HUP
trap stop EXIT
write_conf
printf '[mon.]\n\tkey = AQBjbGFiAAAAABAAzK0nK2m0xq3pYt2pH0Xw1g==\n\tcaps mon = "allow *"\n' >"$BASE/keyring"
fsid=$(sed -n 's/^fsid = //p' "$CONF")
monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$MON2,v1:127.0.0.1:$MON1]" "$BASE/monmap" >/dev/null
mkdir -p "$BASE/mon/a"
ceph-mon -c "$CONF" --mkfs -i a --monmap "$BASE/monmap" --keyring "$BASE/keyring"
start mon ceph-mon -c "$CONF" -f -i a
wait_for 60 ceph-mon mon_answers
mkdir -p "$BASE/osd/0"
osd_uuid=$(cat /proc/sys/kernel/random/uuid)
ceph_ osd new "$osd_uuid" >/dev/null
ceph-osd -c "$CONF" --mkfs -i 0 --osd-uuid "$osd_uuid" >"$BASE/log/osd-mkfs.out" 2>&1
start osd ceph-osd -c "$CONF" -f -i 0
wait_for 60 ceph-osd osd_is_up
start_rgw() { start rgw radosgw -c "$CONF" -f -n client.rgw; }
start_rgw
wait_for 90 radosgw rgw_answers
add_user() { # name, access key, secret key
  radosgw-admin -c "$CONF" -n client.rgw user create --uid="$1" --display-name="$1" \
    --access-key="$2" --secret-key="$3" >>"$BASE/log/user.out" 2>&1
}
add_user bucketdrop $ACCESS_KEY $SECRET_KEY
add_user guest $GUEST_ACCESS_KEY $GUEST_SECRET_KEY
echo "READY http://127.0.0.1:$PORT $ACCESS_KEY $SECRET_KEY $GUEST_ACCESS_KEY $GUEST_SECRET_KEY"
while read -r command; do # until the standard input ends
  [ "$command" = restart-gateway ] || continue
  last=$((${#PIDS[@]} - 1))
  kill -KILL "${PIDS[$last]}"
  wait "${PIDS[$last]}" 2>/dev/null || true
  unset "PIDS[$last]"
  start_rgw
  wait_for 90 radosgw rgw_answers
  echo RESTARTED
done
