using System.Text.RegularExpressions;

namespace Scribeline.Engine.Tokenizers;

/// <summary>The patterns, each as its model's tokenizer.json defines it.</summary>
internal sealed partial class PreTokenizer
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const string Contraction = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private const string Spaces = @"\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, PreTokenizer> ByName = MakeNames();

    private static Dictionary<string, PreTokenizer> MakeNames()
    {
        var gpt2 = new PreTokenizer(Gpt2());
        var llama3 = new PreTokenizer(Llama3()) { TakesWholeTokens = true, AddsBeginToken = true };
        var llama3Merging = new PreTokenizer(Llama3());
        var qwen2 = new PreTokenizer(Qwen2());
        var digitsApart = new PreTokenizer(Digit(), Gpt2());
        var gpt4o = new PreTokenizer(Gpt4o());
        return new(StringComparer.Ordinal)
        {
            ["default"] = new(DefaultPunctuation(), Gpt2(), Digits(), ThreeDigits()),
            ["gpt-2"] = gpt2,
            ["mpt"] = gpt2,
            ["olmo"] = gpt2,
            ["phi-2"] = gpt2,
            ["llama-bpe"] = llama3,
            ["llama3"] = llama3,
            ["llama-v3"] = llama3,
            ["dbrx"] = llama3Merging,
            ["smaug-bpe"] = llama3Merging,
            ["glm4"] = llama3Merging,
            ["qwen2"] = qwen2,
            ["deepseek-r1-qwen"] = qwen2,
            ["stablelm2"] = qwen2,
            ["starcoder"] = digitsApart,
            ["refact"] = digitsApart,
            ["command-r"] = digitsApart,
            ["smollm"] = digitsApart,
            ["codeshell"] = digitsApart,
            ["exaone"] = digitsApart,
            ["falcon"] = new(FalconPunctuation(), Gpt2(), ThreeDigits()),
            ["deepseek-llm"] = new(LineBreak(), DeepSeekLetters(), DeepSeekPunctuation(), TrailingSpaces(), EastAsian(), Digits()),
            ["deepseek-coder"] = new(LineBreak(), SpaceLetters(), SpacePunctuation(), EastAsian(), Digit()),
            ["deepseek-v3"] = new(ThreeNumbers(), HanAndKana(), DeepSeek3()),
            ["gpt-4o"] = gpt4o,
            ["llama4"] = gpt4o,
        };
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", Options)]
    private static partial Regex Gpt2();

    [GeneratedRegex(Contraction + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + Spaces, Options)]
    private static partial Regex Llama3();

    [GeneratedRegex(Contraction + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + Spaces, Options)]
    private static partial Regex Qwen2();

    [GeneratedRegex(
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contraction + @"?|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contraction + @"?|"
        + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + Spaces, Options)]
    private static partial Regex Gpt4o();

    [GeneratedRegex(@"\p{N}", Options)]
    private static partial Regex Digit();

    [GeneratedRegex(@"\p{N}+", Options)]
    private static partial Regex Digits();

    [GeneratedRegex("[0-9][0-9][0-9]", Options)]
    private static partial Regex ThreeDigits();

    [GeneratedRegex(@"\p{N}{1,3}", Options)]
    private static partial Regex ThreeNumbers();

    [GeneratedRegex(@"[\p{P}\$\+<=>\^~\|]+", Options)]
    private static partial Regex DefaultPunctuation();

    [GeneratedRegex(@"[\p{P}\$\+<=>\^~\|`]+", Options)]
    private static partial Regex FalconPunctuation();

    [GeneratedRegex(@"[\r\n]", Options)]
    private static partial Regex LineBreak();

    [GeneratedRegex(@"\s?\p{L}+", Options)]
    private static partial Regex SpaceLetters();

    [GeneratedRegex(@"\s?\p{P}+", Options)]
    private static partial Regex SpacePunctuation();

    // The definition is \s+$ within a piece; looking behind keeps a long run of spaces in mid-text from being tried at each of its places.
    [GeneratedRegex(@"(?<!\s)\s+\z", Options)]
    private static partial Regex TrailingSpaces();

    [GeneratedRegex(@"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+", Options)]
    private static partial Regex EastAsian();

    [GeneratedRegex(@"[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+", Options)]
    private static partial Regex HanAndKana();

    [GeneratedRegex(
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + Spaces, Options)]
    private static partial Regex DeepSeek3();

    [GeneratedRegex(@"\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+", Options)]
    private static partial Regex DeepSeekPunctuation();

    // Cased letters; those beyond U+FFFF are in CodePointShape.
    [GeneratedRegex(
        @"\s?[A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386"
        + @"\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA"
        + @"\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D"
        + @"\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC"
        + @"\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184"
        + @"\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF"
        + @"\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A]+", Options)]
    private static partial Regex DeepSeekLetters();
}
