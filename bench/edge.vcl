vcl 4.1;

# What CloudFront does with the public routes, as far as the store relies on it: the path alone is the key, the origin's
# Cache-Control is obeyed (s-maxage, stale-while-revalidate, stale-if-error), what is stale is fetched with a condition,
# simultaneous misses are one request, and everything that carries a cache tag can be invalidated by it.

import std;

backend origin {
    .host = "127.0.0.1";
    .port = "{{origin_port}}";
    .connect_timeout = 1s;
    .first_byte_timeout = 10s;
}

acl operators {
    "127.0.0.1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ operators) {
            return (synth(403));
        }
        if (req.http.cache-tag !~ "^[a-z0-9-]+$") {
            return (synth(400));
        }
        ban("obj.http.cache-tag == " + req.http.cache-tag);
        return (synth(200, "Purged"));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (synth(405));
    }
    if (req.restarts == 0) {
        # What may be served: "usual" is what is fresh, or stale within stale-while-revalidate.
        set req.http.x-serve = "usual";
        set req.url = regsub(req.url, "\?.*", "");
        unset req.http.cookie;
        unset req.http.authorization;
    }
    set req.grace = 365d;
    if (req.http.x-serve == "fresh") {
        set req.grace = 0s;
    }
    return (hash);
}

sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_hit {
    if (obj.ttl >= 0s || req.http.x-serve == "stale") {
        return (deliver);
    }
    if (obj.ttl + std.duration(obj.http.x-stale-while-revalidate + "s", 0s) >= 0s) {
        # Delivered as it is, while Varnish fetches it anew in the background.
        return (deliver);
    }
    set req.http.x-serve = "fresh";
    return (restart);
}

sub vcl_backend_response {
    if (beresp.status >= 500) {
        # Whatever is there stays there.
        return (abandon);
    }
    # Varnish has read stale-while-revalidate into the grace; stale-if-error it does not know.
    set beresp.http.x-stale-while-revalidate = regsub(beresp.grace, "s$", "");
    if (beresp.http.cache-control ~ "stale-if-error=\d") {
        set beresp.grace = std.duration(regsub(beresp.http.cache-control, ".*stale-if-error=(\d+).*", "\1s"), 0s);
    }
    # For how long after that the old body is good for an If-None-Match.
    set beresp.keep = 10m;
}

sub vcl_backend_error {
    return (abandon);
}

sub vcl_synth {
    if (resp.status == 503 && req.http.x-serve != "stale") {
        # The origin failed: now anything goes that is within stale-if-error.
        set req.http.x-serve = "stale";
        return (restart);
    }
}

sub vcl_deliver {
    unset resp.http.x-stale-while-revalidate;
    set resp.http.x-cache = "miss";
    if (obj.hits > 0) {
        set resp.http.x-cache = "hit";
    }
}
