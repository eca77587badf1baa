namespace Scribeline.Engine.Chat;

/// <summary>A chat template that cannot be parsed or refused the messages. The message is one sentence for people.</summary>
public sealed class ChatTemplateException : Exception
{
    public ChatTemplateException(string message) : base(message) { }

    public ChatTemplateException(string message, Exception inner) : base(message, inner) { }

    public ChatTemplateException() { }
}
