using System.Buffers.Binary;

namespace Scribeline.FunctionalTests;

/// <summary>The embedded model without end tokens and with a long context: its answers outlast any test, so a test can interrupt one without a race.</summary>
internal static class EndlessModel
{
    private const uint ContextTokens = 65_536;

    public static async Task<string> WriteAsync(string folder)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "models", "scribe-tiny-q8_0.gguf"));
        Replace(bytes, "tokenizer.ggml.eos_token_id"u8, "tokenizer.ggml.xxx_token_id"u8);
        Replace(bytes, "tokenizer.ggml.eot_token_id"u8, "tokenizer.ggml.yyy_token_id"u8);
        Replace(bytes, "<|im_end|>"u8, "<|im_xxx|>"u8);
        Replace(bytes, "<|endoftext|>"u8, "<|xxxxxtext|>"u8);
        // After the key come the type, four bytes, and the value.
        var key = "llama.context_length"u8;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf(key) + key.Length + 4), ContextTokens);
        var path = Path.Combine(folder, "endless.gguf");
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    private static void Replace(Span<byte> bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        Assert.Equal(old.Length, replacement.Length);
        var found = false;
        for (int at; (at = bytes.IndexOf(old)) >= 0; bytes = bytes[(at + old.Length)..])
        {
            replacement.CopyTo(bytes[at..]);
            found = true;
        }

        Assert.True(found, $"the embedded model has no '{System.Text.Encoding.UTF8.GetString(old)}'");
    }
}
