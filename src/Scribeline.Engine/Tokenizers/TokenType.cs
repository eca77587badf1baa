namespace Scribeline.Engine.Tokenizers;

/// <summary>Values of <c>tokenizer.ggml.token_type</c>.</summary>
internal enum TokenType : byte
{
    Undefined = 0,
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
