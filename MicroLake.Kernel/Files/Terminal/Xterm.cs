namespace MicroLake.Files;

/// <summary>
/// What the console's terminal understands: the control sequences of xterm ("XTerm Control Sequences", invisible-island.net) that
/// terminal programs of today share, under the name that the environment's TERM gives.
/// </summary>
public static class Xterm
{
    public const string Name = "xterm-256color";

    private const int MaxColors = 13;

    /// <summary>The description, compiled.</summary>
    public static byte[] Terminfo()
    {
        TerminfoEntry entry = new TerminfoEntry($"{Name}|xterm with 256 colours")
            .Number(MaxColors, 256)
            .Text(1, "\a") // bell
            .Text(2, "\r") // carriage_return
            .Text(5, "\e[H\e[2J") // clear_screen
            .Text(6, "\e[K") // clr_eol
            .Text(7, "\e[J") // clr_eos
            .Text(10, "\e[%i%p1%d;%p2%dH") // cursor_address
            .Text(11, "\n") // cursor_down
            .Text(12, "\e[H") // cursor_home
            .Text(13, "\e[?25l") // cursor_invisible
            .Text(14, "\b") // cursor_left
            .Text(16, "\e[?25h") // cursor_normal
            .Text(17, "\e[C") // cursor_right
            .Text(19, "\e[A") // cursor_up
            .Text(39, "\e[m") // exit_attribute_mode
            .Text(88, "\e[?1l\e>") // keypad_local
            .Text(89, "\e[?1h\e=") // keypad_xmit
            .Text(297, "\e[39;49m") // orig_pair
            .Text(359, "\e[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m") // set_a_foreground: eight colours, eight bright ones, the palette
            .Text(360, "\e[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m"); // set_a_background: the same
        return Keys(entry).Compile();
    }

    /// <summary>What the keys send once keypad_xmit has switched the cursor keys to their application form.</summary>
    private static TerminfoEntry Keys(TerminfoEntry entry) => entry
        .Text(55, "\u007f") // key_backspace
        .Text(59, "\e[3~") // key_dc
        .Text(61, "\eOB") // key_down
        .Text(66, "\eOP") // key_f1
        .Text(67, "\e[21~") // key_f10
        .Text(68, "\eOQ") // key_f2
        .Text(69, "\eOR") // key_f3
        .Text(70, "\eOS") // key_f4
        .Text(71, "\e[15~") // key_f5
        .Text(72, "\e[17~") // key_f6
        .Text(73, "\e[18~") // key_f7
        .Text(74, "\e[19~") // key_f8
        .Text(75, "\e[20~") // key_f9
        .Text(76, "\eOH") // key_home
        .Text(77, "\e[2~") // key_ic
        .Text(79, "\eOD") // key_left
        .Text(81, "\e[6~") // key_npage
        .Text(82, "\e[5~") // key_ppage
        .Text(83, "\eOC") // key_right
        .Text(87, "\eOA") // key_up
        .Text(148, "\e[Z") // key_btab
        .Text(164, "\eOF") // key_end
        .Text(216, "\e[23~") // key_f11
        .Text(217, "\e[24~"); // key_f12
}
