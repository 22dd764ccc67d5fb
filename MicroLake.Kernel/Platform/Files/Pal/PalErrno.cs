using System.Runtime;

namespace MicroLake.Platform.Files;

/// <summary>
/// Error numbers between Linux (asm-generic/errno.h) and the base library's own (pal_errno.h of dotnet/runtime). The
/// runtime calls these without leaving managed mode, so they are plain symbols that neither allocate nor throw.
/// </summary>
internal static class PalErrno
{
    /// <summary>What the base library calls an error that has no number of its own (PAL_ENONSTANDARD).</summary>
    public const int NonStandard = 0x1FFFF;

    /// <summary>Linux's number to the base library's.</summary>
    [RuntimeExport("SystemNative_ConvertErrorPlatformToPal")]
    public static int FromLinux(int error) => error switch
    {
        0 => 0,
        7 => 0x10001, // E2BIG
        13 => 0x10002, // EACCES
        98 => 0x10003, // EADDRINUSE
        99 => 0x10004, // EADDRNOTAVAIL
        97 => 0x10005, // EAFNOSUPPORT
        11 => 0x10006, // EAGAIN
        114 => 0x10007, // EALREADY
        9 => 0x10008, // EBADF
        74 => 0x10009, // EBADMSG
        16 => 0x1000A, // EBUSY
        125 => 0x1000B, // ECANCELED
        10 => 0x1000C, // ECHILD
        103 => 0x1000D, // ECONNABORTED
        111 => 0x1000E, // ECONNREFUSED
        104 => 0x1000F, // ECONNRESET
        35 => 0x10010, // EDEADLK
        89 => 0x10011, // EDESTADDRREQ
        33 => 0x10012, // EDOM
        122 => 0x10013, // EDQUOT
        17 => 0x10014, // EEXIST
        14 => 0x10015, // EFAULT
        27 => 0x10016, // EFBIG
        113 => 0x10017, // EHOSTUNREACH
        43 => 0x10018, // EIDRM
        84 => 0x10019, // EILSEQ
        115 => 0x1001A, // EINPROGRESS
        4 => 0x1001B, // EINTR
        22 => 0x1001C, // EINVAL
        5 => 0x1001D, // EIO
        106 => 0x1001E, // EISCONN
        21 => 0x1001F, // EISDIR
        40 => 0x10020, // ELOOP
        24 => 0x10021, // EMFILE
        31 => 0x10022, // EMLINK
        90 => 0x10023, // EMSGSIZE
        72 => 0x10024, // EMULTIHOP
        36 => 0x10025, // ENAMETOOLONG
        100 => 0x10026, // ENETDOWN
        102 => 0x10027, // ENETRESET
        101 => 0x10028, // ENETUNREACH
        23 => 0x10029, // ENFILE
        105 => 0x1002A, // ENOBUFS
        19 => 0x1002C, // ENODEV
        2 => 0x1002D, // ENOENT
        8 => 0x1002E, // ENOEXEC
        37 => 0x1002F, // ENOLCK
        67 => 0x10030, // ENOLINK
        12 => 0x10031, // ENOMEM
        42 => 0x10032, // ENOMSG
        92 => 0x10033, // ENOPROTOOPT
        28 => 0x10034, // ENOSPC
        38 => 0x10037, // ENOSYS
        107 => 0x10038, // ENOTCONN
        20 => 0x10039, // ENOTDIR
        39 => 0x1003A, // ENOTEMPTY
        131 => 0x1003B, // ENOTRECOVERABLE
        88 => 0x1003C, // ENOTSOCK
        95 => 0x1003D, // ENOTSUP
        25 => 0x1003E, // ENOTTY
        6 => 0x1003F, // ENXIO
        75 => 0x10040, // EOVERFLOW
        130 => 0x10041, // EOWNERDEAD
        1 => 0x10042, // EPERM
        32 => 0x10043, // EPIPE
        71 => 0x10044, // EPROTO
        93 => 0x10045, // EPROTONOSUPPORT
        91 => 0x10046, // EPROTOTYPE
        34 => 0x10047, // ERANGE
        30 => 0x10048, // EROFS
        29 => 0x10049, // ESPIPE
        3 => 0x1004A, // ESRCH
        116 => 0x1004B, // ESTALE
        110 => 0x1004D, // ETIMEDOUT
        26 => 0x1004E, // ETXTBSY
        18 => 0x1004F, // EXDEV
        94 => 0x1005E, // ESOCKTNOSUPPORT
        96 => 0x10060, // EPFNOSUPPORT
        108 => 0x1006C, // ESHUTDOWN
        112 => 0x10070, // EHOSTDOWN
        61 => 0x10071, // ENODATA
        _ => NonStandard,
    };

    /// <summary>The base library's number to Linux's; -1 where Linux has none.</summary>
    [RuntimeExport("SystemNative_ConvertErrorPalToPlatform")]
    public static int ToLinux(int error) => error switch
    {
        0 => 0,
        0x10001 => 7, // E2BIG
        0x10002 => 13, // EACCES
        0x10003 => 98, // EADDRINUSE
        0x10004 => 99, // EADDRNOTAVAIL
        0x10005 => 97, // EAFNOSUPPORT
        0x10006 => 11, // EAGAIN
        0x10007 => 114, // EALREADY
        0x10008 => 9, // EBADF
        0x10009 => 74, // EBADMSG
        0x1000A => 16, // EBUSY
        0x1000B => 125, // ECANCELED
        0x1000C => 10, // ECHILD
        0x1000D => 103, // ECONNABORTED
        0x1000E => 111, // ECONNREFUSED
        0x1000F => 104, // ECONNRESET
        0x10010 => 35, // EDEADLK
        0x10011 => 89, // EDESTADDRREQ
        0x10012 => 33, // EDOM
        0x10013 => 122, // EDQUOT
        0x10014 => 17, // EEXIST
        0x10015 => 14, // EFAULT
        0x10016 => 27, // EFBIG
        0x10017 => 113, // EHOSTUNREACH
        0x10018 => 43, // EIDRM
        0x10019 => 84, // EILSEQ
        0x1001A => 115, // EINPROGRESS
        0x1001B => 4, // EINTR
        0x1001C => 22, // EINVAL
        0x1001D => 5, // EIO
        0x1001E => 106, // EISCONN
        0x1001F => 21, // EISDIR
        0x10020 => 40, // ELOOP
        0x10021 => 24, // EMFILE
        0x10022 => 31, // EMLINK
        0x10023 => 90, // EMSGSIZE
        0x10024 => 72, // EMULTIHOP
        0x10025 => 36, // ENAMETOOLONG
        0x10026 => 100, // ENETDOWN
        0x10027 => 102, // ENETRESET
        0x10028 => 101, // ENETUNREACH
        0x10029 => 23, // ENFILE
        0x1002A => 105, // ENOBUFS
        0x1002C => 19, // ENODEV
        0x1002D => 2, // ENOENT
        0x1002E => 8, // ENOEXEC
        0x1002F => 37, // ENOLCK
        0x10030 => 67, // ENOLINK
        0x10031 => 12, // ENOMEM
        0x10032 => 42, // ENOMSG
        0x10033 => 92, // ENOPROTOOPT
        0x10034 => 28, // ENOSPC
        0x10037 => 38, // ENOSYS
        0x10038 => 107, // ENOTCONN
        0x10039 => 20, // ENOTDIR
        0x1003A => 39, // ENOTEMPTY
        0x1003B => 131, // ENOTRECOVERABLE
        0x1003C => 88, // ENOTSOCK
        0x1003D => 95, // ENOTSUP
        0x1003E => 25, // ENOTTY
        0x1003F => 6, // ENXIO
        0x10040 => 75, // EOVERFLOW
        0x10041 => 130, // EOWNERDEAD
        0x10042 => 1, // EPERM
        0x10043 => 32, // EPIPE
        0x10044 => 71, // EPROTO
        0x10045 => 93, // EPROTONOSUPPORT
        0x10046 => 91, // EPROTOTYPE
        0x10047 => 34, // ERANGE
        0x10048 => 30, // EROFS
        0x10049 => 29, // ESPIPE
        0x1004A => 3, // ESRCH
        0x1004B => 116, // ESTALE
        0x1004D => 110, // ETIMEDOUT
        0x1004E => 26, // ETXTBSY
        0x1004F => 18, // EXDEV
        0x1005E => 94, // ESOCKTNOSUPPORT
        0x10060 => 96, // EPFNOSUPPORT
        0x1006C => 108, // ESHUTDOWN
        0x10070 => 112, // EHOSTDOWN
        0x10071 => 61, // ENODATA
        _ => -1,
    };
}
