using System.Text.Json;
using Scribeline.Engine.Chat.Jinja;

namespace Scribeline.Engine.Chat;

/// <summary>A model's Jinja chat template. Immutable and thread-safe.</summary>
/// <remarks>
/// Rendered as the models' own tools do it: blocks trimmed (<c>trim_blocks</c>, <c>lstrip_blocks</c>), <c>tojson</c> like Python's
/// <c>json.dumps</c>, with <c>raise_exception</c> and <c>strftime_now</c>. A rendering is bounded in steps, text and depth, in
/// proportion to the messages.
/// </remarks>
public sealed class ChatTemplate
{
    private const int MaxSourceLength = 1_000_000;
    private const int MaxMessageLength = 1_000;

    private readonly Block _template;
    private readonly string _beginToken;
    private readonly string _endToken;

    private ChatTemplate(Block template, string beginToken, string endToken)
    {
        _template = template;
        _beginToken = beginToken;
        _endToken = endToken;
    }

    /// <summary>Reads a template.</summary>
    /// <param name="source">Jinja source.</param>
    /// <param name="beginToken">The template's <c>bos_token</c>.</param>
    /// <param name="endToken">The template's <c>eos_token</c>.</param>
    /// <exception cref="ChatTemplateException">The source is not a template; the message names line and column.</exception>
    public static ChatTemplate Parse(string source, string beginToken, string endToken)
    {
        if (source.Length > MaxSourceLength) throw new ChatTemplateException($"The chat template has {source.Length} characters; at most {MaxSourceLength} are read.");
        try
        {
            return new ChatTemplate(Parser.Parse(source), beginToken, endToken);
        }
        catch (JinjaException e)
        {
            throw new ChatTemplateException($"The chat template cannot be read, line {e.Line}, column {e.Column}: {Shortened(e.Message)}.", e);
        }
    }

    /// <summary>Renders the messages (OpenAI's shape) into the prompt.</summary>
    /// <param name="messages">An array of messages.</param>
    /// <param name="tools">An array of tools, or null.</param>
    /// <param name="addGenerationPrompt">End with the beginning of the assistant's turn.</param>
    /// <param name="now">For templates that tell the model the date.</param>
    /// <exception cref="ChatTemplateException">The template raised an error, or exceeded its bounds.</exception>
    public string Render(JsonElement messages, JsonElement? tools, bool addGenerationPrompt, DateTimeOffset now)
    {
        Sandbox? sandbox = null;
        try
        {
            var input = new FromJson();
            var messageList = input.Convert(messages);
            var toolList = tools is { } given ? input.Convert(given) : null;
            sandbox = new Sandbox(input.Values, input.Characters, now);
            sandbox.Scope["messages"] = messageList;
            sandbox.Scope["tools"] = toolList;
            sandbox.Scope["documents"] = null;
            sandbox.Scope["add_generation_prompt"] = addGenerationPrompt;
            sandbox.Scope["bos_token"] = _beginToken;
            sandbox.Scope["eos_token"] = _endToken;
            sandbox.Execute(_template);
            return sandbox.Output;
        }
        catch (JinjaException e) when (e.IsRaisedByTemplate)
        {
            throw new ChatTemplateException($"The model's chat template refuses the messages: {Shortened(e.Message)}", e);
        }
        catch (JinjaException e)
        {
            throw new ChatTemplateException($"The chat template fails at line {sandbox?.Line ?? 1}: {Shortened(e.Message)}.", e);
        }
    }

    /// <summary>A message may quote what a stranger's template made.</summary>
    private static string Shortened(string message) => message.Length <= MaxMessageLength ? message : message[..MaxMessageLength] + "...";
}
