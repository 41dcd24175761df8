#!/bin/sh
# Runs a command in a network namespace of its own, with small socket buffers: on a plain loopback the kernel takes
# 4-5 MB per connection ahead of the server, so that a browser's upload progress runs ahead of the line; in here it is
# about 0.5 MB. The pair of interfaces only keeps the browser's navigator.onLine true. The namespace ends with the
# command. Root on Linux.
#   netns.sh CMD ARGS...     WMEM=bytes RMEM=bytes MTU=bytes override
exec unshare -n -- sh -c '
  ip link set lo mtu '"${MTU:-1500}"' up &&
  ip link add v0 type veth peer name v1 && ip addr add 192.0.2.1/24 dev v0 && ip link set v1 up && ip link set v0 up &&
  sysctl -qw net.ipv4.tcp_wmem="4096 16384 '"${WMEM:-262144}"'" net.ipv4.tcp_rmem="4096 65536 '"${RMEM:-131072}"'" &&
  exec "$@"' sh "$@"
