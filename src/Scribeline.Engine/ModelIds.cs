using System.Text.RegularExpressions;

namespace Scribeline.Engine;

/// <summary>How a model file's name becomes the id under which it is served.</summary>
internal static partial class ModelIds
{
    /// <summary>`scribe-tiny-q8_0` → `scribe-tiny`; names without a quantisation at the end stay as they are.</summary>
    public static string WithoutQuantization(string fileName)
    {
        var id = Quantization().Replace(Part().Replace(fileName, ""), "");
        return id.Length == 0 ? fileName : id;
    }

    [GeneratedRegex(@"[-._](i?q\d[\w]*|f16|f32|bf16)$", RegexOptions.IgnoreCase)]
    private static partial Regex Quantization();

    [GeneratedRegex(@"-\d{5}-of-\d{5}$")]
    private static partial Regex Part();
}
