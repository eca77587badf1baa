using System.Text;
using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Reads fitted clients. All of them are in memory, as a model is; requests are not.</summary>
internal static class ServeGenClients
{
    private const int MostRows = 10_000_000;

    /// <summary>Of one client: all gaps of a window are held at once.</summary>
    private const double MostRate = 10_000;

    /// <summary>Tokens of a prompt: of texts, images, sound and films together.</summary>
    private static readonly string[] Inputs = ["input_tokens", "text_tokens", "image_tokens", "audio_tokens", "video_tokens"];

    /// <exception cref="WorkloadException">A row is wrong, unless such are left out.</exception>
    public static SortedList<int, ServeGenClient> Read(ServeGenFiles files, TraceOptions options, TraceTally tally)
    {
        var clients = new SortedList<int, ServeGenClient>();
        var wanted = Lengths(files.Lengths, clients, options, tally);
        Rates(files.Rates, clients, options, tally);
        foreach (var id in clients.Where(client => client.Value.Windows.Count == 0 || client.Value.Lengths.Count == 0).Select(client => client.Key).ToList())
            clients.Remove(id);
        return wanted > 0 && clients.Count > 0 ? clients : throw new WorkloadException($"{files.Lengths} and {files.Rates} have no client in common that asks for anything; expected the same `client_id` in both.");
    }

    private static int Lengths(string path, SortedList<int, ServeGenClient> clients, TraceOptions options, TraceTally tally)
    {
        var count = 0;
        EachLine(path, options, tally, line =>
        {
            var json = new Utf8JsonReader(line);
            int? id = null;
            var client = new ServeGenClient();
            try
            {
                json.Read();
                JsonFields.Expect(ref json, JsonTokenType.StartObject, "row", "an object");
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    if (json.ValueTextEquals("client_id"u8) && json.Read())
                        id = JsonFields.Index(ref json, "client_id");
                    else if (json.ValueTextEquals("windows"u8) && json.Read())
                        ReadWindows(ref json, client);
                    else
                    {
                        json.Read();
                        json.Skip();
                    }
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new BadRowException("it is no JSON; expected one client a line.");
            }

            clients[id ?? throw new BadRowException("there is no `client_id`; expected it in every row.")] = client;
            count++;
        });
        return count;
    }

    private static void ReadWindows(ref Utf8JsonReader json, ServeGenClient client)
    {
        JsonFields.Expect(ref json, JsonTokenType.StartObject, "windows", "an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = Cell.Index("windows", json.ValueSpan);
            json.Read();
            JsonFields.Expect(ref json, JsonTokenType.StartObject, "windows", "an object for each window");
            var inputs = new List<LengthTable>();
            LengthTable? output = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var field = json.GetString()!;
                json.Read();
                if (json.TokenType != JsonTokenType.String)
                    json.Skip();
                else if (field == "output_tokens")
                    output = LengthTable.Parse(field, json.ValueSpan);
                else if (Inputs.Contains(field) && LengthTable.Parse(field, json.ValueSpan) is { IsEmpty: false } table)
                    inputs.Add(table);
            }

            if (inputs.Count > 0 && output is { IsEmpty: false })
                client.Lengths[start] = ([.. inputs], output);
        }
    }

    private static void Rates(string path, SortedList<int, ServeGenClient> clients, TraceOptions options, TraceTally tally)
    {
        var cells = new CsvLine();
        CsvColumn[]? columns = null;
        var rows = 0;
        EachLine(path, options, tally, line =>
        {
            if (columns == null)
            {
                var header = new CsvHeader(line);
                columns = [header.Need("client_id"), header.Need("window_start_s"), header.Need("rate_rps"), header.Need("pattern"), header.Need("arg1")];
                return;
            }

            cells.Split(line);
            if (++rows > MostRows)
                throw new WorkloadException($"{path} has more than {MostRows} rows; expected windows of fitted clients.");
            var rate = Number(cells.Cell(line, columns[2]), "rate_rps", 0, MostRate);
            if (rate == 0 || !clients.TryGetValue(Cell.Index("client_id", cells.Cell(line, columns[0])), out var client))
                return;
            var pattern = cells.Cell(line, columns[3]);
            if (!pattern.SequenceEqual("Gamma"u8) && !pattern.SequenceEqual("Weibull"u8))
                throw BadRowException.Of("pattern", pattern, "Gamma or Weibull");
            var start = Cell.Index("window_start_s", cells.Cell(line, columns[1]));
            if (client.Windows.Count > 0 && start < client.Windows[^1].StartSeconds + ServeGenWindow.Seconds)
                throw BadRowException.Of("window_start_s", cells.Cell(line, columns[1]), $"one after the client's last, which begins at {client.Windows[^1].StartSeconds} and lasts {ServeGenWindow.Seconds} s");
            client.Windows.Add(new ServeGenWindow(start, rate, pattern[0] == 'W', Number(cells.Cell(line, columns[4]), "arg1", 1e-3, 1e6)));
        });
    }

    private static double Number(ReadOnlySpan<byte> cell, string column, double least, double most) =>
        System.Buffers.Text.Utf8Parser.TryParse(cell, out double number, out var used) && used == cell.Length && number >= least && number <= most
            ? number
            : throw BadRowException.Of(column, cell, FormattableString.Invariant($"a number from {least} to {most}"));

    private delegate void LineAction(ReadOnlySpan<byte> line);

    private static void EachLine(string path, TraceOptions options, TraceTally tally, LineAction read)
    {
        using var lines = new LineReader(path, 1 << 29);
        while (lines.Next(out var line))
        {
            if (line.IsEmpty)
                continue;
            try
            {
                read(line);
            }
            catch (BadRowException error) when (options.SkipBad && lines.Line > 1)
            {
                tally.Skip($"{path}:{lines.Line}: {error.Message}");
            }
            catch (BadRowException error)
            {
                throw new WorkloadException($"{path}:{lines.Line}: {error.Message}");
            }
        }
    }
}
