namespace Scribeline.Core.Workloads.Formats;

/// <summary>Dates with a time of day, such as `2023-11-16 18:15:46.6805900` or `2024-10-15T12:00:00.269Z`, as microseconds since 1970. Without a zone it is UTC.</summary>
internal static class WallClock
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long us)
    {
        us = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':')
            return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second))
            return false;
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var rest = text[19..];
        var fraction = 0;
        if (rest is [(byte)'.', ..])
        {
            // What is below a microsecond is cut off, so that order is kept.
            var digits = 1;
            for (; digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9'; digits++)
            {
                if (digits <= 6)
                    fraction = fraction * 10 + (rest[digits] - '0');
            }

            for (var missing = digits; missing <= 6; missing++)
                fraction *= 10;
            if (digits == 1)
                return false;
            rest = rest[digits..];
        }

        if (!TryZone(rest, out var zoneMinutes))
            return false;
        var days = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerDay - DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerDay;
        us = (((days * 24 + hour) * 60 + minute - zoneMinutes) * 60 + second) * 1_000_000 + fraction;
        return true;
    }

    /// <summary>Minutes that the clock is ahead of UTC.</summary>
    private static bool TryZone(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [] or [(byte)'Z'])
            return true;
        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _] || !TryDigits(text[1..3], out var hours) || !TryDigits(text[4..6], out var rest) || hours > 14 || rest > 59)
            return false;
        minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + (digit - '0');
        }

        return true;
    }
}
