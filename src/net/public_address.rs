//! Which addresses are of the public network. All others lead to this machine, to machines near it, or nowhere (the special
//! purpose registries of IANA, RFC 6890), and are not for requests whose address a stranger has written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not public: the first address, and how many bits of it count.
const NOT_PUBLIC_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    // Shared between a provider and its customers (RFC 6598).
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    // Relays of 6to4, which are no more (RFC 7526).
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, and what is reserved, with broadcast.
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

/// The same of IPv6, within `2000::/3`, outside of which nothing is public but what holds an address of IPv4.
const NOT_PUBLIC_V6: [([u16; 8], u32); 3] = [
    // Protocols of the IETF, Teredo among them.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// Whether an address is of the public network.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match holds(address) {
            Some(inside) => is_public_v4(inside),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|(network, bits)| {
        let mask = u32::MAX << (32 - bits);
        address.to_bits() & mask == u32::from_be_bytes(*network) & mask
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |network: [u16; 8], bits: u32| {
        let mask = u128::MAX << (128 - bits);
        address.to_bits() & mask == Ipv6Addr::from(network).to_bits() & mask
    };
    within([0x2000, 0, 0, 0, 0, 0, 0, 0], 3) && !NOT_PUBLIC_V6.iter().any(|(network, bits)| within(*network, *bits))
}

/// The address of IPv4 that an address of IPv6 stands for: mapped (RFC 4291 §2.5.5.2), through NAT64 (RFC 6052), or 6to4
/// (RFC 3056).
fn holds(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(v4(high, low))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::is_public;

    const FORBIDDEN: [&str; 46] = [
        "0.0.0.0",
        "0.255.1.2",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2002:c0a8:101::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456:789a::1",
        "fe80::1",
        "fec0::1",
        "ff02::fb",
    ];

    #[test]
    fn what_is_near_is_not_public_in_whatever_form_it_is_written() {
        for text in FORBIDDEN {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "193.0.0.1",
            "223.255.255.254",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    proptest::proptest! {
        /// For IPv4 the standard library knows most of the networks; it has no word for some.
        #[test]
        fn nothing_is_public_that_the_standard_library_calls_otherwise(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let near = address.is_loopback() || address.is_private() || address.is_link_local() || address.is_multicast()
                || address.is_broadcast() || address.is_documentation() || address.is_unspecified();
            proptest::prop_assert!(!(near && is_public(IpAddr::V4(address))), "{address}");
            for wrapped in [address.to_ipv6_mapped(),
                            Ipv6Addr::from_bits(0x64_ff9b_u128 << 96 | u128::from(bits)),
                            Ipv6Addr::from_bits(0x2002_u128 << 112 | u128::from(bits) << 80 | 1)] {
                proptest::prop_assert_eq!(is_public(IpAddr::V6(wrapped)), is_public(IpAddr::V4(address)), "{}", wrapped);
            }
        }

        #[test]
        fn an_address_of_ipv6_is_public_only_where_such_are_given_out(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            let near = address.is_loopback() || address.is_unspecified() || address.is_multicast()
                || address.is_unique_local() || address.is_unicast_link_local();
            proptest::prop_assert!(!(near && is_public(IpAddr::V6(address))), "{address}");
            let given_out = bits >> 125 == 1;
            proptest::prop_assert!(given_out || !is_public(IpAddr::V6(address))
                || bits >> 32 == 0xffff || bits >> 32 == 0x64_ff9b << 64, "{address}");
        }
    }
}
