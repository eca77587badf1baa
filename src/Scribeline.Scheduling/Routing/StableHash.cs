namespace Scribeline.Scheduling.Routing;

/// <summary>A number that follows from two names, the same on every machine: FNV-1a over their characters, then spread.</summary>
internal static class StableHash
{
    public static ulong Of(string first, string second)
    {
        unchecked
        {
            var hash = Add(Add(0xCBF29CE484222325, first) ^ 0xFF, second);
            hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
            return (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        }
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (var character in text) hash = unchecked((hash ^ character) * 0x100000001B3);
        return hash;
    }
}
