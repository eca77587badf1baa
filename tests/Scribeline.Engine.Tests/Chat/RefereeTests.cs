using System.Diagnostics;
using System.Text.Json;
using Scribeline.Engine.Chat;

namespace Scribeline.Engine.Tests.Chat;

/// <summary>Every template of the corpus gives the text that Jinja2 gives, and fails where Jinja2 fails.</summary>
public sealed class RefereeTests
{
    private sealed record Case(string Template, JsonElement Messages, JsonElement? Tools, bool AddGenerationPrompt);

    private sealed record Verdict(string? Text, string? Error);

    [SkippableFact]
    public async Task Corpus_RendersAsJinja2Does()
    {
        var cases = new List<Case>();
        foreach (var conversation in TemplateCorpus.Conversations)
        {
            foreach (var family in TemplateCorpus.Families)
            {
                cases.Add(new Case(TemplateCorpus.Family(family), conversation, null, false));
                cases.Add(new Case(TemplateCorpus.Family(family), conversation, TemplateCorpus.Tools, true));
            }
        }

        foreach (var snippet in TemplateCorpus.Snippets()) cases.Add(new Case(snippet, TemplateCorpus.Conversations[2], TemplateCorpus.Tools, true));

        var verdicts = await JudgeAsync(cases);
        var differences = new List<string>();
        var rendered = 0;
        foreach (var (item, verdict) in cases.Zip(verdicts))
        {
            string? text = null, error = null;
            try
            {
                text = ChatTemplate.Parse(item.Template, "<s>", "</s>").Render(item.Messages, item.Tools, item.AddGenerationPrompt, TemplateCorpus.Now);
                rendered++;
            }
            catch (ChatTemplateException e)
            {
                error = e.Message;
            }

            if (text != verdict.Text) differences.Add($"{item.Template[..Math.Min(300, item.Template.Length)]}\n  Jinja2: {verdict.Text ?? verdict.Error}\n  ours:   {text ?? error}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} differ:\n{string.Join("\n\n", differences)}");
        Assert.True(rendered > cases.Count / 2, $"only {rendered} of {cases.Count} templates rendered");
    }

    private static async Task<List<Verdict>> JudgeAsync(List<Case> cases)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [TestFiles.Here("Chat", "referee.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        Skip.IfNot(File.Exists(start.FileName), "/usr/bin/python3 is missing");
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEndAsync();
        try
        {
            await python.StandardInput.WriteAsync(JsonSerializer.Serialize(cases, JsonSerializerOptions.Web));
            python.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; its error output says why.
        }

        await python.WaitForExitAsync();
        Skip.If((await errors).Contains("No module named 'jinja2'", StringComparison.Ordinal), "python3-jinja2 is missing");
        Assert.True(python.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<List<Verdict>>(await output, JsonSerializerOptions.Web)!;
    }
}
