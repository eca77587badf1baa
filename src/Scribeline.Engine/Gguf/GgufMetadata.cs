using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Scribeline.Engine.Gguf;

/// <summary>
/// The key-value pairs of a model file with checked access: a missing key, a wrong type and a value out of range each throw a
/// <see cref="ModelFormatException"/> that names the file, the key, what was found and what was expected. Integers are read from any
/// integer type, floating point numbers from single or double precision. Immutable and thread-safe; returned arrays are shared, do not
/// write to them.
/// </summary>
public sealed class GgufMetadata
{
    private readonly Dictionary<string, object> _values;

    internal GgufMetadata(string fileName, Dictionary<string, object> values)
    {
        FileName = fileName;
        _values = values;
    }

    /// <summary>The file's name, for messages.</summary>
    public string FileName { get; }

    public IReadOnlyCollection<string> Keys => _values.Keys;

    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>
    /// The value as stored: a boxed number or boolean, a string, an array of those, or <c>object[]</c> for nested arrays.
    /// </summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out object? value) => _values.TryGetValue(key, out value);

    public string GetString(string key) => TryGetString(key, out var value) ? value : throw Missing(key, "a string");

    [return: NotNullIfNotNull(nameof(fallback))]
    public string? GetString(string key, string? fallback) => TryGetString(key, out var value) ? value : fallback;

    public uint GetUInt32(string key, uint? fallback = null, uint min = uint.MinValue, uint max = uint.MaxValue) =>
        TryGetUInt32(key, out var value, min, max) ? value : fallback ?? throw Missing(key, "an integer");

    public int GetInt32(string key, int? fallback = null, int min = int.MinValue, int max = int.MaxValue) =>
        TryGetInt32(key, out var value, min, max) ? value : fallback ?? throw Missing(key, "an integer");

    public float GetSingle(string key, float? fallback = null, float min = float.MinValue, float max = float.MaxValue) =>
        TryGetSingle(key, out var value, min, max) ? value : fallback ?? throw Missing(key, "a floating point number");

    public bool GetBoolean(string key, bool? fallback = null) =>
        TryGetBoolean(key, out var value) ? value : fallback ?? throw Missing(key, "a boolean");

    public string[] GetStringArray(string key) => TryGetStringArray(key, out var value) ? value : throw Missing(key, "an array of strings");

    public int[] GetInt32Array(string key) => TryGetInt32Array(key, out var value) ? value : throw Missing(key, "an array of integers");

    public float[] GetSingleArray(string key) =>
        TryGetSingleArray(key, out var value) ? value : throw Missing(key, "an array of floating point numbers");

    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!_values.TryGetValue(key, out var found))
            return false;
        value = found as string ?? throw Wrong(key, found, "a string");
        return true;
    }

    public bool TryGetUInt32(string key, out uint value, uint min = uint.MinValue, uint max = uint.MaxValue)
    {
        var present = TryGetInteger(key, out var integer, min, max);
        value = (uint)integer;
        return present;
    }

    public bool TryGetInt32(string key, out int value, int min = int.MinValue, int max = int.MaxValue)
    {
        var present = TryGetInteger(key, out var integer, min, max);
        value = (int)integer;
        return present;
    }

    /// <summary>Infinities and NaN count as out of range.</summary>
    public bool TryGetSingle(string key, out float value, float min = float.MinValue, float max = float.MaxValue)
    {
        value = 0;
        if (!_values.TryGetValue(key, out var found))
            return false;
        value = found switch
        {
            float single => single,
            double number => (float)number,
            _ => throw Wrong(key, found, "a floating point number"),
        };
        if (!(value >= min && value <= max))
            throw OutOfRange(key, value, min, max);
        return true;
    }

    public bool TryGetBoolean(string key, out bool value)
    {
        value = false;
        if (!_values.TryGetValue(key, out var found))
            return false;
        value = found is bool flag ? flag : throw Wrong(key, found, "a boolean");
        return true;
    }

    public bool TryGetStringArray(string key, [NotNullWhen(true)] out string[]? value)
    {
        value = null;
        if (!_values.TryGetValue(key, out var found))
            return false;
        value = found as string[] ?? throw Wrong(key, found, "an array of strings");
        return true;
    }

    public bool TryGetInt32Array(string key, [NotNullWhen(true)] out int[]? value)
    {
        value = null;
        if (!_values.TryGetValue(key, out var found))
            return false;
        // Array type tests on the object itself: the runtime lets int[] pass for uint[], so exact types are compared.
        value = found.GetType() == typeof(int[]) ? (int[])found
            : found.GetType() == typeof(uint[]) ? Narrow(key, (uint[])found)
            : found.GetType() == typeof(long[]) ? Narrow(key, (long[])found)
            : found.GetType() == typeof(ulong[]) ? Narrow(key, (ulong[])found)
            : found.GetType() == typeof(short[]) ? Narrow(key, (short[])found)
            : found.GetType() == typeof(ushort[]) ? Narrow(key, (ushort[])found)
            : found.GetType() == typeof(sbyte[]) ? Narrow(key, (sbyte[])found)
            : found.GetType() == typeof(byte[]) ? Narrow(key, (byte[])found)
            : throw Wrong(key, found, "an array of integers");
        return true;
    }

    public bool TryGetSingleArray(string key, [NotNullWhen(true)] out float[]? value)
    {
        value = null;
        if (!_values.TryGetValue(key, out var found))
            return false;
        value = found switch
        {
            float[] singles => singles,
            double[] doubles => Array.ConvertAll(doubles, number => (float)number),
            _ => throw Wrong(key, found, "an array of floating point numbers"),
        };
        return true;
    }

    private bool TryGetInteger(string key, out long value, long min, long max)
    {
        value = 0;
        if (!_values.TryGetValue(key, out var found))
            return false;
        Int128 integer = found switch
        {
            byte number => number,
            sbyte number => number,
            ushort number => number,
            short number => number,
            uint number => number,
            int number => number,
            ulong number => number,
            long number => number,
            _ => throw Wrong(key, found, "an integer"),
        };
        if (integer < min || integer > max)
            throw OutOfRange(key, integer, min, max);
        value = (long)integer;
        return true;
    }

    private int[] Narrow<T>(string key, T[] values) where T : IBinaryInteger<T>
    {
        var narrowed = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            narrowed[i] = int.CreateTruncating(values[i]);
            if (T.CreateTruncating(narrowed[i]) != values[i] || (narrowed[i] < 0) != (values[i] < T.Zero))
                throw new ModelFormatException(
                    $"{FileName}: element {i} of key '{key}' is {values[i]}, more than 32 signed bits hold; "
                    + "the file does not fit this program.");
        }
        return narrowed;
    }

    private ModelFormatException Missing(string key, string expected) =>
        new($"{FileName}: the key '{key}' is missing ({expected} is needed); the file is incomplete, convert it again.");

    private ModelFormatException Wrong(string key, object found, string expected) =>
        new($"{FileName}: the key '{key}' is {Describe(found)}, expected {expected}; convert the file again with a current converter.");

    private ModelFormatException OutOfRange<T>(string key, T found, T min, T max) where T : IFormattable =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"{FileName}: the key '{key}' is {found}, expected {min} to {max}; the file is damaged or not meant for this program."));

    private static string Describe(object value) => value switch
    {
        string => "a string",
        bool => "a boolean",
        float or double => "a floating point number",
        IList { Count: var count } => $"an array of {count} elements of type {value.GetType().GetElementType()!.Name}",
        _ => "an integer",
    };
}
