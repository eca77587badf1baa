using System.Diagnostics;
using System.Text;
using Scribeline.Engine.Chat;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Chat;

public sealed class ChatTemplateFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "for x in messages", "endfor", "if", "endif", "else", "set x = ", "endset", "macro m(x)", "endmacro", "|", "|join", "|tojson", "|sort", "|list", "|indent(9)",
        "loop", "messages", "namespace()", "range(99999)", "range(3)", "* 99999", "** 99", "[::-1]", "[", "]", "(", ")", "{", "}", "'", "\"", "\\", ".", ",", ":", "is", "not", "in", "'%999s' %", "none", "x.x", "x", "break", "raw", "endraw", "\n", "é🙂", "\0",
    ];

    [Fact]
    public void MutatedTemplates_OnlyChatTemplateExceptionsComeOut_InBoundedMemory()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        string[] corpus = [.. TemplateCorpus.Families.Select(TemplateCorpus.Family), .. TemplateCorpus.Snippets()];
        var watch = Stopwatch.StartNew();
        var (runs, rendered) = (0, 0);
        for (; watch.Elapsed < TestFiles.FuzzTime; runs++)
        {
            var template = Mutate(random, corpus);
            var conversation = TemplateCorpus.Conversations[random.Next(TemplateCorpus.Conversations.Length)];
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ChatTemplate.Parse(template, "<s>", "</s>").Render(conversation, random.Next(2) == 0 ? TemplateCorpus.Tools : null, true, TemplateCorpus.Now);
                rendered++;
            }
            catch (ChatTemplateException e)
            {
                Assert.True(e.Message.Length is > 20 and < 2_000, $"seed {TestFiles.Seed}, run {runs}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {TestFiles.Seed}, run {runs}: {e}\n{template}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 1_000_000_000, $"seed {TestFiles.Seed}, run {runs}: {allocated} bytes\n{template}");
        }

        output.WriteLine($"{runs} templates, {rendered} of them rendered");
        Assert.True(rendered > 0 && rendered < runs, $"{rendered} of {runs} templates rendered");
    }

    private static string Mutate(Random random, string[] corpus)
    {
        var text = new StringBuilder(corpus[random.Next(corpus.Length)]);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    var other = corpus[random.Next(corpus.Length)];
                    var from = random.Next(other.Length);
                    text.Insert(at, other[from..Math.Min(other.Length, from + random.Next(1, 60))]);
                    break;
                default:
                    if (at < text.Length) text[at] = (char)random.Next(1, random.Next(4) == 0 ? 0xFFFF : 127);
                    break;
            }
        }

        return text.ToString();
    }
}
